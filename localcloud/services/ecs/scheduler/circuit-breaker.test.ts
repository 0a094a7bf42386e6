import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs } from "../ecs.fixture.ts";

const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };
let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

describe("the circuit breaker", () => {
  const failures = [
    {
      what: "an image that cannot be pulled",
      behaviour: "missing" as const,
      reason: /^CannotPullContainerError: pull image manifest has been retried 7 time/,
    },
    {
      what: "a container that exits at start",
      behaviour: { exitsAfterMs: 100 },
      reason: /^Essential container in task exited$/,
    },
    {
      what: "a target that is never healthy",
      behaviour: { targetHealthy: false },
      reason: /^Task failed ELB health checks in \(target-group arn:/,
    },
  ];

  it.each(failures)("rolls back $what", async ({ behaviour, reason }) => {
    await ecs.steady({ deploymentConfiguration: BREAKER });
    const before = await ecs.service();
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2", behaviour) });
    const failed = (await ecs.service()).deployments?.[0]?.id;
    await ecs.clock.advance(60_000);
    const after = await ecs.service();
    expect(after).toMatchObject({
      taskDefinition: before.taskDefinition,
      runningCount: 2,
      deployments: [{ id: before.deployments?.[0]?.id, rolloutState: "COMPLETED", status: "PRIMARY" }],
    });
    expect(after.deployments).toHaveLength(1);
    const events = after.events?.map(({ message }) => message);
    expect(events).toContain(`(service web) (deployment ${failed}) deployment failed: tasks failed to start.`);
    expect(events).toContain(`(service web) rolling back to deployment ${before.deployments?.[0]?.id}.`);
    const stopped = (await ecs.tasks("STOPPED")).filter(({ startedBy }) => startedBy === failed);
    expect(stopped.length).toBeGreaterThanOrEqual(3);
    expect(stopped[0]?.stoppedReason).toMatch(reason);
    const { serviceDeployments } = await ecs.call("ListServiceDeployments", { service: "web" });
    expect(serviceDeployments?.[0]?.status).toBe("ROLLBACK_SUCCESSFUL");
  });

  it("shows FAILED, then the rollback, while it goes back", async () => {
    await ecs.steady({ deploymentConfiguration: BREAKER });
    const good = (await ecs.service()).deployments?.[0]?.id;
    await ecs.call("UpdateService", {
      service: "web",
      taskDefinition: await ecs.register("web:2", { targetHealthy: false }),
    });
    let { deployments = [] } = await ecs.service();
    while (deployments[0]?.id !== good) {
      await ecs.clock.advance(100);
      deployments = (await ecs.service()).deployments ?? [];
    }
    expect(deployments).toMatchObject([
      {
        status: "PRIMARY",
        rolloutState: "IN_PROGRESS",
        rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${good}.`,
      },
      {
        status: "ACTIVE",
        rolloutState: "FAILED",
        rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
        desiredCount: 0,
      },
    ]);
  });

  it("stalls without rollback, and starts nothing more", async () => {
    await ecs.steady({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } });
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2", "missing") });
    await ecs.clock.advance(60_000);
    expect(await ecs.service()).toMatchObject({
      runningCount: 2,
      deployments: [
        { status: "PRIMARY", rolloutState: "FAILED", runningCount: 0 },
        { status: "ACTIVE", runningCount: 2 },
      ],
    });
    const failed = (await ecs.tasks("STOPPED")).length;
    await ecs.clock.advance(600_000);
    expect(await ecs.tasks("STOPPED")).toHaveLength(failed);
  });

  it("has nothing to go back to on a first deployment", async () => {
    await ecs.createService(await ecs.register("web:1", "missing"), { deploymentConfiguration: BREAKER });
    await ecs.clock.advance(60_000);
    expect(await ecs.service()).toMatchObject({
      runningCount: 0,
      deployments: [{ status: "PRIMARY", rolloutState: "FAILED" }],
    });
  });

  it("is not tripped where it is not enabled: the tasks come again and again, ever more slowly", async () => {
    await ecs.steady();
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2", "missing") });
    await ecs.clock.advance(10 * 60_000);
    expect(await ecs.service()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: "IN_PROGRESS" }, {}] });
    const attempts = (await ecs.tasks("STOPPED")).length;
    expect(attempts).toBeGreaterThan(6);
    expect(attempts).toBeLessThan(40);
    expect(await ecs.events()).toContain("(service web) is unable to consistently start tasks successfully.");
  });
});
