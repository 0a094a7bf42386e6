import { AsyncLocalStorage } from "node:async_hooks";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "./virtual-clock.ts";

function sleep(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

describe("a virtual clock", () => {
  it("passes a year at once, and only while it runs", async () => {
    const clock = new VirtualClock(0);
    const year = 365 * 24 * 60 * 60_000;
    let rang = 0;
    clock.after(10, () => {
      rang = clock.now();
    });
    await new Promise(setImmediate);
    expect([clock.now(), rang]).toEqual([0, 0]);
    await clock.run(() => sleep(clock, year));
    expect([clock.now(), rang]).toEqual([year, 10]);
    clock.after(1, () => {
      rang = -1;
    });
    await new Promise(setImmediate);
    expect([clock.now(), rang]).toEqual([year, 10]);
  });

  it("stands still during work outside it", async () => {
    const clock = new VirtualClock(0);
    let ended = 0;
    await clock.run(async () => {
      const slow = clock.during(async () => {
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
        ended = clock.now();
      });
      await Promise.all([slow, sleep(clock, 1_000)]);
    });
    expect([ended, clock.now()]).toEqual([0, 1_000]);
  });

  it("lets promises settle between two timers", async () => {
    const clock = new VirtualClock(0);
    const order: string[] = [];
    await clock.run(async () => {
      const first = sleep(clock, 5).then(async () => {
        await null;
        await null;
        order.push("after the first");
      });
      const second = sleep(clock, 5).then(() => order.push("second"));
      await Promise.all([first, second]);
    });
    expect(order).toEqual(["after the first", "second"]);
  });

  it("runs each timer in the context of who set it", async () => {
    const clock = new VirtualClock(0);
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    for (const name of ["one", "two"]) context.run(name, () => clock.after(1, () => seen.push(context.getStore())));
    clock.after(2, () => seen.push(context.getStore()));
    await clock.run(() => sleep(clock, 3));
    expect(seen).toEqual(["one", "two", undefined]);
  });

  it("runs timers by their time, those of one time in their order, and none that is cancelled", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ ms: fc.nat(20), cancel: fc.boolean() })), async (timers) => {
        const clock = new VirtualClock(0);
        const ran: number[] = [];
        const cancels = timers.map(({ ms }, index) => clock.after(ms, () => ran.push(index)));
        for (const [index, { cancel }] of timers.entries()) if (cancel) cancels[index]?.();
        await clock.run(() => sleep(clock, 100));
        const expected = [...timers.keys()]
          .filter((index) => !timers[index]?.cancel)
          .sort((one, other) => (timers[one]?.ms ?? 0) - (timers[other]?.ms ?? 0));
        expect(ran).toEqual(expected);
      }),
    );
  });
});
