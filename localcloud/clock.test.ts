import { describe, expect, it } from "vitest";
import { ManualClock, scaledClock } from "./clock.ts";

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
