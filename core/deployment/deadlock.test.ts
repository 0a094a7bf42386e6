import { describe, expect, it } from "vitest";
import { deploy, later, old, ours, oursDone } from "./deploying.fixture.ts";
import { awsError, deployment, type Script, service } from "./scripted-aws.fixture.ts";

const message =
  "(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.";
const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const exact = { deploymentConfiguration: { ...breaker, minimumHealthyPercent: 100, maximumPercent: 100 } };

/** ECS says after 5 s that nothing moves; what is stopped goes back at once. */
function stuck(settings: object = exact, changes = {}, at = 5): Partial<Script> {
  const events = [{ id: "stuck", createdAt: later(at), message }];
  return {
    after: [
      [0, service([ours(), old()], settings)],
      [5, service([ours(changes), old()], { ...settings, events })],
      [50, service([oursDone], settings)],
    ],
    afterStop: [[0, service([deployment("1", "web:42", { createdAt: new Date(0), updatedAt: later(6) })], settings)]],
  };
}

describe("a deployment that can neither start nor stop a task", () => {
  it("is rolled back as soon as ECS says so and the percentages do, where the service rolls back", async () => {
    const { result, aws } = await deploy(stuck());
    expect(result).toMatchObject({ outcome: "rolled-back", reason: message });
    expect(result.durationMs).toBeLessThan(10_000);
    expect(aws.operations()).toContain("StopServiceDeployment");
  });

  it.each<[string, Partial<Script>, Record<string, unknown>]>([
    ["it may not be stopped", { ...stuck(), stopFails: awsError("AccessDeniedException", "no") }, {}],
    ["it is to be left", stuck(), { "on-failure": "leave" }],
    [
      "the service does not roll back",
      stuck({
        deploymentConfiguration: {
          ...exact.deploymentConfiguration,
          deploymentCircuitBreaker: { enable: false, rollback: false },
        },
      }),
      {},
    ],
  ])("is failed at once where %s: no circuit breaker ever finds it", async (_what, script, input) => {
    const { result } = await deploy(script, { input });
    expect(result).toMatchObject({ outcome: "failed", reason: message, now: { rolloutState: "IN_PROGRESS" } });
    expect(result.durationMs).toBeLessThan(10_000);
  });

  it.each<[string, Partial<Script>]>([
    ["there is room to start", stuck({ deploymentConfiguration: { ...breaker, minimumHealthyPercent: 100 } })],
    [
      "one may stop",
      stuck({ deploymentConfiguration: { ...breaker, minimumHealthyPercent: 50, maximumPercent: 100 } }),
    ],
    ["a task has started", stuck(exact, { pendingCount: 1 })],
    ["the event is older", stuck(exact, {}, -1)],
  ])("is waited for where %s", async (_what, script) => {
    expect((await deploy(script)).result.outcome).toBe("deployed");
  });
});
