import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ManualClock, scaledClock, systemClock } from "./clock.ts";

describe("a scaled clock", () => {
  it("waits a share of the time, and has passed all of it afterwards", async () => {
    const real = new ManualClock(1_000);
    const clock = scaledClock(20, real);
    let rangAt: number | undefined;
    clock.after(30_001, () => {
      rangAt = clock.now();
    });
    await real.advance(1_500);
    expect(clock.now()).toBe(31_000);
    expect(rangAt).toBeUndefined();
    await real.advance(1);
    expect(rangAt).toBe(31_020);
  });

  it("cancels what it was to do", async () => {
    const real = new ManualClock();
    let rang = false;
    scaledClock(2, real).after(10, () => {
      rang = true;
    })();
    await real.advance(100);
    expect(rang).toBe(false);
  });
});

describe("the system's clock", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([1000, 2 ** 31 - 1, 2 ** 31, 3 * 2 ** 31])("waits %i ms, longer than one timer can", async (ms) => {
    let rang = false;
    systemClock.after(ms, () => {
      rang = true;
    });
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(rang).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(rang).toBe(true);
  });

  it("is cancelled in whichever of its timers it waits", async () => {
    let rang = false;
    const cancel = systemClock.after(2 ** 32, () => {
      rang = true;
    });
    await vi.advanceTimersByTimeAsync(2 ** 31);
    cancel();
    await vi.advanceTimersByTimeAsync(2 ** 32);
    expect(rang).toBe(false);
  });
});
