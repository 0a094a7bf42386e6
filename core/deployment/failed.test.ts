import { describe, expect, it } from "vitest";
import { deploy, old, ours } from "./deploying.fixture.ts";
import { deployment, service, type Timeline } from "./scripted-aws.fixture.ts";

describe("a deployment that fails and is not rolled back", () => {
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
});
