import { describe, expect, it } from "vitest";
import { AnswerLost } from "../platform/aws/failures.ts";
import type { CallOptions } from "../platform/aws/settings.ts";
import { deploy, old, ours, oursDone, steady } from "./deploying.fixture.ts";
import { type Script, service } from "./scripted-aws.fixture.ts";

const afterUpdate = {
  after: [
    [0, steady],
    [2, service([ours(), old()])],
    [9, service([oursDone])],
  ],
} as const;

/** UpdateService, whose answer does not arrive. */
async function forced(script: Partial<Script>, { carriedOut }: { readonly carriedOut: boolean }) {
  const given: (CallOptions | undefined)[] = [];
  const deployed = deploy(script, {
    input: { "force-new-deployment": true },
    rewire: ({ ecs, ...others }) => ({
      ...others,
      ecs: {
        ...ecs,
        async updateService(input, options) {
          given.push(options);
          if (carriedOut) await ecs.updateService(input, options);
          throw new AnswerLost(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
        },
      },
    }),
  });
  return { given, deployed };
}

describe("a forced update whose answer was lost", () => {
  it("is not made again: its deployment is looked for and followed", async () => {
    const { given, deployed } = await forced(afterUpdate, { carriedOut: true });
    const { result, log } = await deployed;
    expect(result).toMatchObject({ outcome: "deployed", deploymentId: "ecs-svc/2" });
    expect(given).toEqual([{ once: true }]);
    expect(log.lines).toContainEqual(expect.stringMatching(/^warn: the answer to ecs:UpdateService was lost/));
  });

  it("says that nobody knows, where there is no new deployment to be seen", async () => {
    const { given, deployed } = await forced({}, { carriedOut: false });
    await expect(deployed).rejects.toMatchObject({
      code: "AWS_CALL_FAILED",
      message: expect.stringContaining("whether it was carried out is not known: read ECONNRESET"),
      remedy: "Look at the deployments of service web, and deploy again if there is no new one.",
    });
    expect(given).toHaveLength(1);
  });
});
