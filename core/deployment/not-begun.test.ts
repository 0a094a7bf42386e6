import { describe, expect, it } from "vitest";
import { deploy, deploying, old, ours } from "./deploying.fixture.ts";
import { awsError, type Script, service } from "./scripted-aws.fixture.ts";

describe("a deployment that is not begun, or not allowed all that it asks for", () => {
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
