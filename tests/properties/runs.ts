import type { Parameters } from "fast-check";

/**
 * How often and from where a property is tried: the same values in every run, so that CI never fails by luck.
 * PROPERTY_RUNS multiplies their number and PROPERTY_SEED begins elsewhere, as `.ci/nightly` does; a failure prints the
 * seed that finds it again.
 * @param times how often in CI
 */
export function runs(times = 100): Pick<Parameters, "numRuns" | "seed"> {
  const { PROPERTY_RUNS = "1", PROPERTY_SEED = "1" } = process.env;
  return {
    numRuns: times * wholeNumber("PROPERTY_RUNS", PROPERTY_RUNS),
    seed: wholeNumber("PROPERTY_SEED", PROPERTY_SEED),
  };
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`${name} must be a whole number from 1, not ${text}.`);
}
