import { expect, it } from "vitest";
import { JumpingClock } from "../jumping-clock.fixture.ts";
import { pacer } from "./pace.ts";

it("lets a burst through at once, the rest at the rate, and refills", async () => {
  const clock = new JumpingClock(0);
  const turn = pacer(clock)({ burst: 3, perSecond: 2 });
  const taken = async () => {
    await turn(undefined);
    return clock.now();
  };
  expect(await Promise.all([taken(), taken(), taken(), taken(), taken()])).toEqual([0, 0, 0, 500, 1000]);
  await clock.sleep(10_000);
  expect(await Promise.all([taken(), taken(), taken(), taken()])).toEqual([11_000, 11_000, 11_000, 11_500]);
});

it("gives up the wait with the signal", async () => {
  const turn = pacer(new JumpingClock(0))({ burst: 0, perSecond: 1 });
  await expect(turn(AbortSignal.abort(new Error("ended")))).rejects.toThrow("ended");
});

it("makes nobody wait for turns that were given up", async () => {
  const clock = new JumpingClock(0);
  const turn = pacer(clock)({ burst: 1, perSecond: 1 });
  await turn(undefined);
  const controller = new AbortController();
  const given = Array.from({ length: 100 }, () => turn(controller.signal));
  controller.abort(new Error("ended"));
  await Promise.allSettled(given);
  await turn(undefined);
  expect(clock.now()).toBeLessThanOrEqual(1_000);
});

it("waits no longer where the system's clock is set back", async () => {
  let setBackMs = 0;
  const jumping = new JumpingClock(0);
  const clock = { now: () => jumping.now() - setBackMs, sleep: jumping.sleep.bind(jumping) };
  const turn = pacer(clock)({ burst: 2, perSecond: 1 });
  await turn(undefined);
  setBackMs = 3_600_000;
  await turn(undefined);
  expect(jumping.now()).toBe(0);
});
