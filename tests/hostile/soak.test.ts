/** The soak of bench/soak.ts for twenty seconds: .ci/nightly has it for as many minutes as one likes. */
import { describe, expect, it } from "vitest";
import { soak } from "../../bench/soak/soak.ts";
import { verdict } from "../../bench/soak/verdict.ts";

const SECONDS = 20;

describe.concurrent("a local cloud under mixed load", () => {
  it.each(["process", "simulated"] as const)(
    "of %s tasks holds no more afterwards than before",
    { timeout: 180_000 },
    async (runtime) => {
      const soaked = await soak(runtime, SECONDS);
      expect(verdict(soaked)).toEqual([]);
      expect(soaked.rounds.releases).toBeGreaterThan(0);
      expect(soaked.rounds["faults met"]).toBeGreaterThan(0);
    },
  );
});
