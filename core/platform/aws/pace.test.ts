import { expect, it } from "vitest";
import { JumpingClock } from "../jumping-clock.fixture.ts";
import { pacer } from "./pace.ts";

it("lets a burst through at once, the rest at the rate, and refills", async () => {
  const clock = new JumpingClock(0);
  const paced = pacer(clock)({ burst: 3, perSecond: 2 });
  const one = paced(async (_: number) => clock.now());
  const other = paced(async (_: number) => clock.now());
  const times = await Promise.all([one(1), other(2), one(3), one(4), other(5)]);
  expect(times).toEqual([0, 0, 0, 500, 1000]);
  await clock.sleep(10_000);
  expect(await Promise.all([one(1), one(2), one(3), one(4)])).toEqual([11_000, 11_000, 11_000, 11_500]);
});

it("gives up the wait with the call's signal", async () => {
  const clock = new JumpingClock(0);
  const call = pacer(clock)({ burst: 0, perSecond: 1 })(async (_: number) => "called");
  await expect(call(1, { signal: AbortSignal.abort(new Error("ended")) })).rejects.toThrow("ended");
});

it("makes nobody wait for calls that were given up", async () => {
  const clock = new JumpingClock(0);
  const call = pacer(clock)({ burst: 1, perSecond: 1 })(async (_: number) => clock.now());
  await call(1);
  const controller = new AbortController();
  const given = Array.from({ length: 100 }, () => call(1, { signal: controller.signal }));
  controller.abort(new Error("ended"));
  await Promise.allSettled(given);
  expect(await call(1)).toBeLessThanOrEqual(1_000);
});

it("waits no longer where the system's clock is set back", async () => {
  let setBackMs = 0;
  const jumping = new JumpingClock(0);
  const clock = { now: () => jumping.now() - setBackMs, sleep: jumping.sleep.bind(jumping) };
  const call = pacer(clock)({ burst: 2, perSecond: 1 })(async (_: number) => jumping.now());
  await call(1);
  setBackMs = 3_600_000;
  expect(await call(1)).toBe(0);
});
