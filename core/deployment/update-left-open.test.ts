/** An UpdateService without force, of which it is open whether it was done. */
import { describe, expect, it } from "vitest";
import { AnswerLost } from "../platform/aws/failures.ts";
import { deploy, old, ours, oursDone, steady } from "./deploying.fixture.ts";
import { deployment, type Script, service } from "./scripted-aws.fixture.ts";

const answerLost = new AnswerLost(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));

/** @param carriedOut of each call in turn, whether AWS does it; its answer is lost for all but the last */
function updating(script: Partial<Script>, carriedOut: readonly boolean[]) {
  let calls = 0;
  const deployed = deploy(script, {
    rewire: ({ ecs, ...others }) => ({
      ...others,
      ecs: {
        ...ecs,
        async updateService(input, options) {
          calls += 1;
          const answer = carriedOut[calls - 1] ? await ecs.updateService(input, options) : undefined;
          if (answer === undefined || calls < carriedOut.length || carriedOut.length === 1) throw answerLost;
          return answer;
        },
      },
    }),
  });
  return { calls: () => calls, deployed };
}

const rollsOut = {
  after: [
    [0, service([ours(), old()])],
    [9, service([oursDone])],
  ],
} as const;

describe("an update whose answer was lost", () => {
  it("is not made again where it was done", async () => {
    const { calls, deployed } = updating(rollsOut, [true]);
    const { result } = await deployed;
    expect(result).toMatchObject({ outcome: "deployed", deploymentId: "ecs-svc/2" });
    expect(calls()).toBe(1);
  });

  it("is made again where the service has no new deployment, and says so", async () => {
    const { calls, deployed } = updating({ before: steady, ...rollsOut }, [false, true]);
    const { result, log } = await deployed;
    expect(result).toMatchObject({ outcome: "deployed", deploymentId: "ecs-svc/2" });
    expect(calls()).toBe(2);
    expect(log.lines).toContainEqual(expect.stringContaining("has no new deployment, so it is made again"));
  });

  it("does not go over what somebody else has deployed meanwhile", async () => {
    const theirs = service([deployment("3", "web:44", { rolloutState: "IN_PROGRESS" }), old()]);
    const { calls, deployed } = updating({ after: [[0, theirs]] }, [true]);
    await expect(deployed).rejects.toMatchObject({
      code: "AWS_CALL_FAILED",
      message: expect.stringContaining("whether it was carried out is not known: read ECONNRESET"),
    });
    expect(calls()).toBe(1);
  });
});
