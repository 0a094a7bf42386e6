/** Runs failures on one stage, one after the other: setting one for each would take longer. */
import { afterAll, beforeAll, describe, it } from "vitest";
import { compare, describeFailures, LONGEST_MS } from "./expect-failure.ts";
import type { Failure } from "./failure.ts";
import { FailureStage } from "./failure-stage.fixture.ts";
import { recording } from "./record-trace.ts";

/** While they are recorded those that deploy are not together: a trace would have in it what came before. */
export function describeFailuresTogether(failures: readonly Failure[]): void {
  const deploys = ({ seen }: Failure) => process.env.RECORD_TRACES !== undefined && seen.mutating.length > 0;
  describeFailures(failures.filter(deploys).map((each) => ({ speed: 20, ...each, runtimes: ["simulated"] })));
  describeTogether(failures.filter((each) => !deploys(each)));
}

function describeTogether(failures: readonly Failure[]): void {
  let stage: FailureStage;
  beforeAll(async () => {
    stage = await FailureStage.set({ speed: 20 }, "simulated");
  }, LONGEST_MS);
  afterAll(() => stage.strike());

  describe.each(failures)("$name", (failure) => {
    it("is told as it is, with nothing changed that is not told", async () => {
      await stage.deny();
      await using recorded = await recording({ ...failure, runtimes: ["simulated"] }, "simulated");
      const release = await failure.release(stage);
      compare(await stage.deploy({ ...release, flags: [...recorded.flags, ...(release.flags ?? [])] }), failure.seen);
      await recorded.keep();
    });
  });
}
