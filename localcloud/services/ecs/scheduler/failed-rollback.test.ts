/** What a service deployment shows stays as it is once it is over, whatever becomes of its tasks. */
import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs } from "../ecs.fixture.ts";

const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const CRASHES = { exitsAfterMs: 100 };
let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

async function update(image: string, behaviour: typeof CRASHES, desiredCount = 2): Promise<void> {
  const taskDefinition = await ecs.register(image, behaviour);
  await ecs.call("UpdateService", { service: "web", taskDefinition, desiredCount });
}

/** Oldest first. */
async function records() {
  const { serviceDeployments: briefs = [] } = await ecs.call("ListServiceDeployments", { service: "web" });
  const { serviceDeployments = [] } = await ecs.call("DescribeServiceDeployments", {
    serviceDeploymentArns: briefs.map(({ serviceDeploymentArn = "" }) => serviceDeploymentArn),
  });
  return serviceDeployments.toReversed();
}

async function endEveryTask(): Promise<void> {
  for (const { taskArn } of await ecs.tasks()) await ecs.call("StopTask", { task: taskArn });
}

describe("a service deployment that is over", () => {
  it("counts none of the tasks that fail later, and keeps its threshold", async () => {
    await ecs.steady({ deploymentConfiguration: BREAKER });
    const [before] = await records();
    ecs.runtime.behaviours.set("web:1", CRASHES);
    await endEveryTask();
    await ecs.clock.advance(10_000);
    await ecs.call("UpdateService", { service: "web", desiredCount: 10 });
    await ecs.clock.advance(10_000);
    const [after] = await records();
    expect((await ecs.service()).deployments?.[0]?.failedTasks).toBeGreaterThan(0);
    expect(after).toMatchObject({
      updatedAt: before?.updatedAt,
      deploymentCircuitBreaker: { status: "MONITORING_COMPLETE", failureCount: 0, threshold: 3 },
    });
  });

  it("is left alone by a rollback to it that fails; and what FAILED is nothing to go back to", async () => {
    await ecs.steady({ deploymentConfiguration: BREAKER });
    const [before] = await records();
    ecs.runtime.behaviours.set("web:1", CRASHES);
    await endEveryTask();
    await update("web:2", CRASHES);
    await ecs.clock.advance(120_000);
    expect((await ecs.service()).deployments).toMatchObject([
      { status: "PRIMARY", rolloutState: "FAILED", taskDefinition: expect.stringMatching(/:1$/) },
      { status: "ACTIVE", rolloutState: "FAILED" },
    ]);
    const [first, second] = await records();
    expect(first).toEqual({ ...before, targetServiceRevision: expect.anything() });
    expect(second).toMatchObject({ status: "ROLLBACK_FAILED", deploymentCircuitBreaker: { status: "TRIGGERED" } });
    await update("web:3", CRASHES);
    await ecs.clock.advance(120_000);
    expect((await ecs.service()).deployments?.[0]).toMatchObject({ rolloutState: "FAILED" });
    expect((await records()).at(-1)).toMatchObject({
      status: "ROLLBACK_FAILED",
      statusReason: "No rollback candidate was found to run the rollback.",
    });
  });
});

describe("the circuit breaker's threshold", () => {
  it("is that of the count which is wanted now, also of a rollback to what wanted fewer", async () => {
    await ecs.steady({ deploymentConfiguration: BREAKER });
    await endEveryTask();
    await update("web:2", CRASHES, 10);
    expect((await records()).at(-1)?.deploymentCircuitBreaker?.threshold).toBe(5);
    while ((await ecs.service()).deployments?.[0]?.taskDefinition?.endsWith(":1") !== true) await ecs.clock.advance(50);
    await ecs.clock.advance(50);
    const newest = ecs.runtime.started.filter(({ spec }) => spec.image.reference === "web:1").slice(-10);
    for (const { end } of newest.slice(0, 4)) end({ exitCode: 1 });
    await ecs.clock.advance(50);
    expect((await ecs.service()).deployments?.[0]).toMatchObject({ failedTasks: 4, rolloutState: "IN_PROGRESS" });
  });

  it("ends the starts: what was stopped for being unhealthy counts before its replacement", async () => {
    await ecs.createService(await ecs.register("web:1", { targetHealthy: false }), {
      desiredCount: 1,
      deploymentConfiguration: { ...BREAKER, minimumHealthyPercent: 0, maximumPercent: 100 },
    });
    await ecs.clock.advance(60_000);
    expect((await ecs.service()).deployments).toMatchObject([{ rolloutState: "FAILED", failedTasks: 3 }]);
    expect(ecs.runtime.started).toHaveLength(3);
  });
});
