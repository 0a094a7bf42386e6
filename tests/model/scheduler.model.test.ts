/**
 * The service scheduler as a model: whatever happens to services, the invariants hold at every moment of simulated time.
 * 1,000 sequences by default; MODEL_SEQUENCES asks for others (`.ci/nightly`: 10,000), MODEL_SEED begins elsewhere, and
 * MODEL_SEED with MODEL_PATH repeats the one that a failure has printed.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wholeNumber } from "../whole-number.ts";
import { run } from "./run.ts";
import { type Step, sequences } from "./steps.ts";

const { MODEL_PATH } = process.env;
const SEQUENCES = wholeNumber("MODEL_SEQUENCES", 1_000);
const SEED = wholeNumber("MODEL_SEED", 1);
const HOUR = 3_600_000;

describe("the service scheduler", () => {
  it(
    `keeps its invariants in ${SEQUENCES} random sequences`,
    async () => {
      const outcome = await fc.check(
        fc.asyncProperty(sequences, async (steps) => {
          await run(steps);
        }),
        {
          numRuns: SEQUENCES,
          seed: SEED,
          ...(MODEL_PATH === undefined ? {} : { path: MODEL_PATH }),
        },
      );
      if (outcome.failed) throw new Error(report(outcome));
    },
    HOUR,
  );

  it("does the same twice", async () => {
    for (const steps of fc.sample(sequences, { numRuns: 20, seed: SEED }))
      expect(await run(steps)).toEqual(await run(steps));
  });
});

/** What is wrong, the smallest sequence that leads to it, and how to see it again. */
function report({
  seed,
  counterexamplePath,
  counterexample,
  errorInstance,
  numShrinks,
}: fc.RunDetails<[readonly Step[]]>) {
  const steps = counterexample?.[0].map((step) => `  ${JSON.stringify(step)}`) ?? [];
  return [
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    "",
    `The smallest sequence found (${numShrinks} times made smaller):`,
    ...steps,
    "",
    `Again: MODEL_SEED=${seed} MODEL_PATH=${counterexamplePath} npx vitest run tests/model`,
  ].join("\n");
}
