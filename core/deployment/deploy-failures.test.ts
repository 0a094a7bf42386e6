import { describe, expect, it } from "vitest";
import { deploy, deploying, later, old, ours, oursDone, steady } from "./deploying.fixture.ts";
import { arn, awsError, deployment, type Script, service, type Timeline } from "./scripted-aws.fixture.ts";

describe("deployService, when it does not work", () => {
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

  it("says failed at once where nothing rolls back", async () => {
    const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    const failed = ours({
      rolloutState: "FAILED",
      rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
    });
    const { result } = await deploy({
      after: [
        [0, service([ours(), old()], breaker)],
        [10, service([failed, old()], breaker)],
      ],
    });
    expect(result).toMatchObject({ outcome: "failed", error: { code: "DEPLOYMENT_FAILED" } });
    expect(result.durationMs).toBeLessThan(12_000);
  });

  it("says failed where a rollback was due and never began", async () => {
    const failed = ours({
      rolloutState: "FAILED",
      rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
    });
    const { result } = await deploy({
      after: [
        [0, service([ours(), old()])],
        [10, service([failed, old()])],
      ],
    });
    expect(result.outcome).toBe("failed");
    expect(result.durationMs).toBeGreaterThanOrEqual(40_000);
    expect(result.durationMs).toBeLessThan(43_000);
  });

  it("says failed, not timed-out, where the deadline comes before a rollback that is due", async () => {
    const failed = ours({ rolloutState: "FAILED", rolloutStateReason: "ECS deployment circuit breaker: x." });
    const after: Timeline = [
      [0, service([ours(), old()])],
      [50, service([failed, old()])],
    ];
    const { result } = await deploy({ after }, { input: { "wait-for-minutes": 1 } });
    expect(result).toMatchObject({ outcome: "failed", reason: "ECS deployment circuit breaker: x." });
  });

  it.each([{ "wait-until": undefined }, {}])(
    "says failed where the same revision has failed already: %j",
    async (wait) => {
      const rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start.";
      const failed = deployment("1", "web:42", { rolloutState: "FAILED", rolloutStateReason, runningCount: 0 });
      const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
      const { result, aws, log } = await deploy(
        { before: service([failed], breaker) },
        { input: { image: "web:1", ...wait } },
      );
      expect(result).toMatchObject({ outcome: "failed", reason: rolloutStateReason });
      expect(log.lines).toContainEqual(expect.stringContaining("force-new-deployment"));
      expect(aws.operations()).not.toContain("UpdateService");
    },
  );

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

  it("ends exactly at the deadline", async () => {
    const { result } = await deploy({ after: [[0, service([ours(), old()])]] }, { input: { "wait-for-minutes": 2 } });
    expect(result).toMatchObject({
      outcome: "timed-out",
      durationMs: 120_000,
      error: { code: "DEPLOYMENT_TIMED_OUT", remedy: expect.stringContaining("goes on") },
    });
  });

  it("reads on, slower, where a reading is throttled", async () => {
    const throttled = awsError("ThrottlingException", "Rate exceeded");
    const { result, aws, log } = await deploy({
      after: [
        [0, service([ours(), old()])],
        [10, throttled],
        [70, service([oursDone])],
      ],
    });
    expect(result.outcome).toBe("deployed");
    expect(log.lines.filter((line) => line.includes("Rate exceeded")).length).toBe(1);
    expect(aws.calls.filter((call) => call.startsWith("DescribeServices")).length).toBeLessThan(22);
  });

  it("ends at once with its own error where the credentials expire, and says what goes on", async () => {
    const expired = awsError("ExpiredTokenException", "The security token included in the request is expired");
    await expect(
      deploy({
        after: [
          [0, service([ours(), old()])],
          [10, expired],
        ],
      }),
    ).rejects.toMatchObject({
      code: "AWS_CREDENTIALS_EXPIRED",
      message: expect.stringMatching(/expired.* Deployment ecs-svc\/2 of service web goes on without being watched$/),
    });
  });

  it("leaves the deployment and says so where the run is ended", async () => {
    const { result } = await deploy({ after: [[0, service([ours(), old()])]] }, { abortAt: "UpdateService" });
    expect(result).toMatchObject({
      outcome: "cancelled",
      deploymentId: "ecs-svc/2",
      error: { code: "DEPLOYMENT_CANCELLED", message: expect.stringContaining("ecs-svc/2 of web:43 goes on") },
    });
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

  it.each([
    ["DescribeServices", "nothing was changed"],
    ["RegisterTaskDefinition", "web:43 was registered, the service was not changed"],
  ])("says what was done where the run is ended at %s", async (abortAt, left) => {
    await expect(deploy({}, { abortAt })).rejects.toMatchObject({
      code: "DEPLOYMENT_CANCELLED",
      message: `the run was ended from outside: ${left}`,
    });
  });

  it.each<[string, Partial<Script>, string]>([
    ["a service that is not there", { before: service([], { serviceName: "none" }) }, "ECS_SERVICE_NOT_FOUND"],
    ["a deleted service", { before: service([], { status: "INACTIVE" }) }, "ECS_SERVICE_INACTIVE"],
    [
      "another controller",
      { before: service([], { deploymentController: { type: "CODE_DEPLOY" } }) },
      "STRATEGY_UNSUPPORTED",
    ],
    [
      "another strategy",
      { before: service([], { deploymentConfiguration: { strategy: "CANARY" } }) },
      "STRATEGY_UNSUPPORTED",
    ],
  ])("registers nothing for %s", async (_what, script, code) => {
    const { aws, done } = deploying(script);
    await expect(done).rejects.toMatchObject({ code });
    expect(aws.operations()).not.toContain("RegisterTaskDefinition");
  });

  it("needs no more than the official minimal policy, and names what it lacks", async () => {
    const denied = awsError("AccessDeniedException", "User is not authorized");
    const failed = ours({
      rolloutState: "FAILED",
      rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
      failedTasks: 3,
    });
    const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    const { result } = await deploy({
      taskDefinition: denied,
      stopped: denied,
      targetHealth: denied,
      logs: denied,
      after: [
        [0, service([ours(), old()], breaker)],
        [5, service([failed, old()], breaker)],
      ],
    });
    expect(result.outcome).toBe("failed");
    expect(result.notes).toEqual([expect.stringContaining("ecs:DescribeTaskDefinition is not allowed")]);
    expect(result.diagnosis?.notes).toEqual(["ecs:ListTasks is not allowed"]);
  });

  it("says what was registered where UpdateService is refused", async () => {
    await expect(deploy({ updateFails: awsError("InvalidParameterException", "Bad count.") })).rejects.toMatchObject({
      code: "AWS_CALL_FAILED",
      message: "ecs:UpdateService: InvalidParameterException: Bad count. (request r-1)",
      remedy: expect.stringContaining("web:43 was registered; the service was not changed."),
    });
  });
});
