import type { Parameters } from "fast-check";
import { wholeNumber } from "../whole-number.ts";

/**
 * How often and from where a property is tried: the same values in every run, so that CI never fails by luck.
 * PROPERTY_RUNS multiplies their number and PROPERTY_SEED begins elsewhere, as `.ci/nightly` does; a failure prints the
 * seed that finds it again.
 * @param times how often in CI
 */
export function runs(times = 100): Pick<Parameters, "numRuns" | "seed"> {
  return { numRuns: times * wholeNumber("PROPERTY_RUNS", 1), seed: wholeNumber("PROPERTY_SEED", 1) };
}
