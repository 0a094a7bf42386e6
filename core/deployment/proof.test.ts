import { describe, expect, it } from "vitest";
import { deploy, old, ours, oursDone } from "./deploying.fixture.ts";
import { awsError, service, type Timeline } from "./scripted-aws.fixture.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("proof", () => {
  const after: Timeline = [
    [0, service([ours(), old()])],
    [5, service([oursDone])],
  ];
  const running = (imageDigest: string) => [
    {
      taskArn: "arn:aws:ecs:us-east-1:0:task/ecs-demo/abc",
      startedBy: "ecs-svc/2",
      lastStatus: "RUNNING",
      containers: [
        { name: "web", imageDigest },
        { name: "sidecar", imageDigest: "sha256:0" },
      ],
    },
  ];
  const input = { image: `0.dkr.ecr.us-east-1.amazonaws.com/web@${digest}` };
  const child = `sha256:${"b".repeat(64)}`;

  it("is proved by the running tasks' digest, or by a child of the deployed index", async () => {
    expect((await deploy({ after, running: running(digest) }, { input })).result.proof).toEqual({
      status: "proved",
      reason: "running digest proved",
    });
    const manifest = JSON.stringify({ manifests: [{ digest: child }] });
    expect((await deploy({ after, running: running(child), manifest }, { input })).result.proof.status).toBe("proved");
  });

  it("claims nothing about a service that runs no task", async () => {
    const zero = { desiredCount: 0, runningCount: 0 };
    const none: Timeline = [
      [0, service([ours(zero)], zero)],
      [5, service([{ ...oursDone, ...zero }], zero)],
    ];
    expect((await deploy({ after: none }, { input })).result).toMatchObject({
      outcome: "deployed",
      proof: { status: "not-checked", reason: "the desired count is 0" },
    });
  });

  it("contradicts ECS only where another digest certainly runs", async () => {
    const contradicted = await deploy({ after, running: running(child), manifest: "{}" }, { input });
    expect(contradicted.result).toMatchObject({
      outcome: "deployed",
      proof: { status: "contradicted" },
      error: { code: "DEPLOYMENT_CONTRADICTED" },
    });
    const unread = await deploy({ after, running: running(child) }, { input });
    expect(unread.result).toMatchObject({ proof: { status: "not-checked" }, error: undefined });
    const denied = await deploy({ after, running: awsError("AccessDeniedException", "no") }, { input });
    expect(denied.result.proof).toEqual({ status: "not-checked", reason: "ecs:ListTasks is not allowed" });
  });
});
