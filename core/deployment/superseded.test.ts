import { describe, expect, it } from "vitest";
import { deploy, later, old, ours } from "./deploying.fixture.ts";
import { arn, deployment, service, type Timeline } from "./scripted-aws.fixture.ts";

describe("a deployment that somebody else's takes the place of", () => {
  it("says superseded where somebody else's revision came between the reading and an update without one", async () => {
    const theirs = deployment("3", "web:44", { rolloutState: "IN_PROGRESS" });
    const after: Timeline = [
      [0, service([theirs, old()])],
      [9, service([deployment("3", "web:44")])],
    ];
    const { result } = await deploy({ after }, { input: { image: "web:1", "force-new-deployment": true } });
    expect(result).toMatchObject({
      outcome: "superseded",
      taskDefinitionArn: arn("web:42"),
      reason: "deployment ecs-svc/3 of web:44 is the service's now",
    });
  });

  it("says superseded where somebody else deployed, and by what", async () => {
    const newer = deployment("3", "web:44", { rolloutState: "IN_PROGRESS", createdAt: later(8), updatedAt: later(8) });
    const { result, aws } = await deploy({
      after: [
        [0, service([ours(), old()])],
        [8, service([newer, { ...ours(), status: "ACTIVE" }, old()])],
      ],
    });
    expect(result).toMatchObject({
      outcome: "superseded",
      reason: "deployment ecs-svc/3 of web:44 is the service's now",
      now: { taskDefinitionArn: arn("web:44") },
      diagnosis: undefined,
      error: { code: "DEPLOYMENT_SUPERSEDED" },
    });
    expect(aws.operations()).not.toContain("ListTasks");
  });
});
