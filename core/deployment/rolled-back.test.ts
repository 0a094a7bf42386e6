import { describe, expect, it } from "vitest";
import { deploy, later, old, ours, oursDone, steady } from "./deploying.fixture.ts";
import { arn, deployment, service, type Timeline } from "./scripted-aws.fixture.ts";

describe("a deployment that Amazon ECS rolls back", () => {
  const failing = ours({
    rolloutState: "FAILED",
    rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
    status: "ACTIVE",
    failedTasks: 3,
    updatedAt: later(30),
  });
  const back = (changes = {}) =>
    deployment("1", "web:42", {
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.",
      createdAt: new Date(0),
      updatedAt: later(31),
      ...changes,
    });

  it("says rolled-back once the rollback is complete, never deployed and never superseded", async () => {
    const after: Timeline = [
      [0, service([ours(), old()])],
      [31, service([back(), failing])],
      [60, service([deployment("1", "web:42", { createdAt: new Date(0), updatedAt: later(60) })])],
    ];
    const { result, log } = await deploy({ after });
    expect(result).toMatchObject({
      outcome: "rolled-back",
      reason: "ECS deployment circuit breaker: tasks failed to start.",
      now: { taskDefinitionArn: arn("web:42"), rolloutState: "COMPLETED" },
      error: {
        code: "DEPLOYMENT_ROLLED_BACK",
        message: expect.stringMatching(/^web:43 did not come up, Amazon ECS went back to web:42: /),
      },
    });
    expect(result.durationMs).toBeGreaterThanOrEqual(60_000);
    expect(log.lines.filter((line) => line.includes("rolling back to web:42"))).toHaveLength(1);
  });

  it("knows a rollback that happened between two readings: the failed deployment is gone from the list", async () => {
    const after: Timeline = [
      [0, service([ours(), old()])],
      [40, service([deployment("1", "web:42", { createdAt: new Date(0), updatedAt: later(39) })])],
    ];
    expect((await deploy({ after })).result.outcome).toBe("rolled-back");
  });

  it("knows a rollback to an older deployment than the one before by ECS's event", async () => {
    const events = [{ id: "e1", createdAt: later(35), message: "(service web) rolling back to deployment ecs-svc/7." }];
    const after: Timeline = [
      [0, service([ours(), old({ rolloutState: "IN_PROGRESS" })])],
      [40, service([deployment("7", "web:40", { createdAt: new Date(0), updatedAt: later(39) })], { events })],
    ];
    expect((await deploy({ after })).result.outcome).toBe("rolled-back");
  });

  it("knows a rollback under a new id by its reason, though the failed deployment is gone from the list", async () => {
    const rollback = (changes = {}) => deployment("9", "web:42", { createdAt: later(38), ...changes });
    const rolloutStateReason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.";
    const after: Timeline = [
      [0, service([ours(), old()])],
      [40, service([rollback({ rolloutState: "IN_PROGRESS", rolloutStateReason })])],
      [60, service([rollback()])],
    ];
    const { result } = await deploy({ after });
    expect(result.outcome).toBe("rolled-back");
    expect(result.durationMs).toBeGreaterThanOrEqual(60_000);
  });

  it("does not take an old reading after the update for a rollback", async () => {
    const after: Timeline = [
      [0, service([ours(), old()])],
      [1, steady],
      [5, service([ours(), old()])],
      [9, steady],
      [20, service([oursDone])],
    ];
    expect((await deploy({ after })).result.outcome).toBe("deployed");
  });

  it("says rolled-back at the deadline where the rollback is still going on", async () => {
    const { result } = await deploy(
      {
        after: [
          [0, service([ours(), old()])],
          [31, service([back(), failing])],
        ],
      },
      { input: { "wait-for-minutes": 1 } },
    );
    expect(result).toMatchObject({ outcome: "rolled-back", now: { rolloutState: "IN_PROGRESS" }, durationMs: 60_000 });
  });

  it("does not say that a deployment goes on which is being rolled back when the run is ended", async () => {
    const after: Timeline = [
      [0, service([ours(), old()])],
      [31, service([back(), { ...failing, failedTasks: 0 }])],
    ];
    const { result, aws } = await deploy({ after }, { abortAfterMs: 45_000 });
    expect(result).toMatchObject({
      outcome: "rolled-back",
      error: { code: "DEPLOYMENT_ROLLED_BACK" },
      diagnosis: undefined,
    });
    expect(aws.operations()).not.toContain("ListTasks");
  });
});
