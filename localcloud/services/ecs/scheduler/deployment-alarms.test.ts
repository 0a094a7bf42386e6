import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs } from "../ecs.fixture.ts";

const BAKE_MS = 120_000;
const DRAINED_MS = 10_000;
let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

function watching(alarmNames: string[], changes: { rollback?: boolean; bakeTimeInMinutes?: number } = {}) {
  const { rollback = true, ...rest } = changes;
  return { deploymentConfiguration: { alarms: { alarmNames, enable: true, rollback }, ...rest } };
}

/** The service `web` runs version 1, steadily. */
async function steady(): Promise<void> {
  await ecs.createService(await ecs.register("web:1"));
  await ecs.clock.advance(2_000);
}

async function update(changes: ReturnType<typeof watching>, image = "web:2"): Promise<void> {
  await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register(image), ...changes });
}

async function newestRecord() {
  const { serviceDeployments: briefs = [] } = await ecs.call("ListServiceDeployments", { service: "web" });
  const { serviceDeployments } = await ecs.call("DescribeServiceDeployments", {
    serviceDeploymentArns: [briefs[0]?.serviceDeploymentArn ?? ""],
  });
  return serviceDeployments?.[0];
}

describe("a deployment that alarms watch", () => {
  it("is COMPLETED once it has baked as long as its alarms take to judge, the old deployment listed until then", async () => {
    await steady();
    ecs.alarms.set("errors", "OK");
    await update(watching(["errors"]));
    await ecs.clock.advance(DRAINED_MS);
    expect(await ecs.service()).toMatchObject({
      runningCount: 2,
      deployments: [
        { rolloutState: "IN_PROGRESS", runningCount: 2 },
        { status: "ACTIVE", runningCount: 0 },
      ],
    });
    expect((await newestRecord())?.alarms).toEqual({
      status: "MONITORING",
      alarmNames: ["errors"],
      triggeredAlarmNames: [],
    });
    await ecs.clock.advance(BAKE_MS - DRAINED_MS);
    expect(await ecs.service()).toMatchObject({ deployments: [{ rolloutState: "IN_PROGRESS" }, {}] });
    await ecs.clock.advance(DRAINED_MS);
    expect((await ecs.service()).deployments).toMatchObject([{ rolloutState: "COMPLETED" }]);
    expect(await newestRecord()).toMatchObject({ status: "SUCCESSFUL", alarms: { status: "MONITORING_COMPLETE" } });
  });

  it("bakes for bakeTimeInMinutes where that is given", async () => {
    await steady();
    await update(watching(["errors"], { bakeTimeInMinutes: 5 }));
    await ecs.clock.advance(300_000);
    expect(await ecs.service()).toMatchObject({ deployments: [{ rolloutState: "IN_PROGRESS" }, {}] });
    await ecs.clock.advance(DRAINED_MS);
    expect(await ecs.service()).toMatchObject({ deployments: [{ rolloutState: "COMPLETED" }] });
  });

  it("is rolled back, without baking, when an alarm goes off while it bakes", async () => {
    await steady();
    const before = await ecs.service();
    const [old] = before.deployments ?? [];
    ecs.alarms.set("errors", "OK");
    await update(watching(["errors", "latency"]));
    await ecs.clock.advance(DRAINED_MS);
    const [failing] = (await ecs.service()).deployments ?? [];
    ecs.alarms.set("errors", "ALARM");
    await ecs.clock.advance(100);
    const reason = `ECS deployment alarm: rolling back to deploymentId ${old?.id}.`;
    expect(await ecs.service()).toMatchObject({
      deployments: [
        { id: old?.id, status: "PRIMARY", rolloutState: "IN_PROGRESS", rolloutStateReason: reason },
        {
          id: failing?.id,
          status: "ACTIVE",
          rolloutState: "FAILED",
          rolloutStateReason: "ECS deployment failed: alarm detected.",
        },
      ],
    });
    expect(await newestRecord()).toMatchObject({
      status: "ROLLBACK_IN_PROGRESS",
      rollback: { reason },
      alarms: { status: "TRIGGERED", alarmNames: ["errors", "latency"], triggeredAlarmNames: ["errors"] },
      deploymentCircuitBreaker: { status: "DISABLED" },
    });
    await ecs.clock.advance(DRAINED_MS);
    expect(await ecs.service()).toMatchObject({
      taskDefinition: before.taskDefinition,
      runningCount: 2,
      deployments: [{ id: old?.id, rolloutState: "COMPLETED" }],
    });
    expect(await newestRecord()).toMatchObject({ status: "ROLLBACK_SUCCESSFUL" });
    const events = await ecs.events();
    expect(events).toContain("(service web) (deployment D) deployment failed: alarm detected.");
    expect(events).toContain("(service web) rolling back to deployment D.");
  });

  it("is rolled back to one that the same alarm watched, in ALARM as it is, and that does not bake twice", async () => {
    ecs.alarms.set("errors", "OK");
    await ecs.createService(await ecs.register("web:1"), watching(["errors"]));
    await ecs.clock.advance(BAKE_MS + DRAINED_MS);
    await update(watching(["errors"]));
    await ecs.clock.advance(DRAINED_MS);
    ecs.alarms.set("errors", "ALARM");
    await ecs.clock.advance(DRAINED_MS);
    expect((await ecs.service()).deployments).toMatchObject([
      { rolloutState: "COMPLETED", taskDefinition: expect.stringMatching(/:1$/) },
    ]);
    expect(await newestRecord()).toMatchObject({ status: "ROLLBACK_SUCCESSFUL" });
  });

  it("stays FAILED where rollback is off, and starts no more tasks", async () => {
    await steady();
    await update(watching(["errors"], { rollback: false }));
    await ecs.clock.advance(500);
    ecs.alarms.set("errors", "ALARM");
    await ecs.clock.advance(1_000);
    const [task] = (await ecs.tasks()).filter(({ taskDefinitionArn }) => taskDefinitionArn?.endsWith(":2"));
    await ecs.call("StopTask", { task: task?.taskArn });
    await ecs.clock.advance(60_000);
    expect(await ecs.service()).toMatchObject({
      deployments: [{ status: "PRIMARY", rolloutState: "FAILED", runningCount: 1 }, { status: "ACTIVE" }],
    });
    expect(await newestRecord()).toMatchObject({
      status: "STOPPED",
      statusReason: "ECS deployment failed: alarm detected.",
    });
  });

  it("is FAILED with nothing to go back to when it is the first one", async () => {
    await ecs.createService(await ecs.register("web:1"), watching(["errors"]));
    await ecs.clock.advance(500);
    ecs.alarms.set("errors", "ALARM");
    await ecs.clock.advance(1_000);
    expect((await ecs.service()).deployments).toMatchObject([{ status: "PRIMARY", rolloutState: "FAILED" }]);
  });

  it("is not watched where an alarm is in ALARM at its start, whatever the alarms do then", async () => {
    await steady();
    ecs.alarms.set("errors", "ALARM");
    await update(watching(["errors", "latency"]));
    await ecs.clock.advance(500);
    ecs.alarms.set("latency", "ALARM");
    ecs.alarms.set("errors", "OK");
    ecs.alarms.set("errors", "ALARM");
    await ecs.clock.advance(DRAINED_MS);
    expect((await ecs.service()).deployments).toMatchObject([
      { rolloutState: "COMPLETED", taskDefinition: expect.stringMatching(/:2$/) },
    ]);
    expect((await newestRecord())?.alarms).toMatchObject({ status: "DISABLED", triggeredAlarmNames: [] });
  });

  it("is not touched by alarms that are not its own, that are switched off, or that come once it is COMPLETED", async () => {
    await steady();
    await update({ deploymentConfiguration: { alarms: { alarmNames: ["off"], enable: false, rollback: true } } });
    await ecs.clock.advance(500);
    ecs.alarms.set("off", "ALARM");
    ecs.alarms.set("foreign", "ALARM");
    await ecs.clock.advance(DRAINED_MS);
    expect((await ecs.service()).deployments).toMatchObject([
      { rolloutState: "COMPLETED", taskDefinition: expect.stringMatching(/:2$/) },
    ]);
    ecs.alarms.set("errors", "OK");
    await update(watching(["errors"]), "web:3");
    await ecs.clock.advance(BAKE_MS + DRAINED_MS);
    ecs.alarms.set("errors", "ALARM");
    await ecs.clock.advance(1_000);
    expect((await ecs.service()).deployments).toMatchObject([
      { rolloutState: "COMPLETED", taskDefinition: expect.stringMatching(/:3$/) },
    ]);
  });

  it("leaves the rest to the circuit breaker, whose own rollback setting counts", async () => {
    await steady();
    const { deploymentConfiguration } = watching(["errors"], { rollback: true });
    await ecs.call("UpdateService", {
      service: "web",
      taskDefinition: await ecs.register("web:2", { exitsAfterMs: 100 }),
      deploymentConfiguration: {
        ...deploymentConfiguration,
        deploymentCircuitBreaker: { enable: true, rollback: false },
      },
    });
    await ecs.clock.advance(60_000);
    expect((await ecs.service()).deployments).toMatchObject([
      { rolloutState: "FAILED", rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start." },
      { status: "ACTIVE" },
    ]);
    expect((await newestRecord())?.alarms).toMatchObject({ triggeredAlarmNames: [] });
  });
});

describe("the settings of deployment alarms", () => {
  it("names no alarm, or a bake of more than a day: refused", async () => {
    await steady();
    await expect(update(watching([]))).rejects.toMatchObject({ code: "InvalidParameterException" });
    await expect(update(watching(["errors"], { bakeTimeInMinutes: 1_441 }))).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });
});
