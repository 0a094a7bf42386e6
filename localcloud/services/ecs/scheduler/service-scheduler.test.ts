import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs, TARGET_GROUP } from "../ecs.fixture.ts";

let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

describe("a rolling update", () => {
  it("starts the new tasks, drains the old ones, then is COMPLETED", async () => {
    await ecs.steady();
    const before = await ecs.service();
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2") });
    await ecs.clock.advance(500);
    expect(await ecs.service()).toMatchObject({
      runningCount: 4,
      deployments: [
        { status: "PRIMARY", runningCount: 2, rolloutState: "IN_PROGRESS" },
        { status: "ACTIVE", runningCount: 2, id: before.deployments?.[0]?.id },
      ],
    });
    await ecs.clock.advance(2_000);
    expect(await ecs.service()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: "IN_PROGRESS" }, {}] });
    await ecs.clock.advance(5_000);
    const after = await ecs.service();
    expect(after).toMatchObject({ deployments: [{ rolloutState: "COMPLETED", runningCount: 2, failedTasks: 0 }] });
    expect(after.deployments?.[0]?.rolloutStateReason).toBe(`ECS deployment ${after.deployments?.[0]?.id} completed.`);
    expect((await ecs.events()).slice(-11)).toEqual(
      [
        "(service web) has started 2 tasks: (task T) (task T).",
        `(service web) registered 1 targets in (target-group ${TARGET_GROUP})`,
        `(service web) registered 1 targets in (target-group ${TARGET_GROUP})`,
        "(service web) has stopped 1 running tasks: (task T).",
        `(service web) deregistered 1 targets in (target-group ${TARGET_GROUP})`,
        "(service web, taskSet D) has begun draining connections on 1 tasks.",
        "(service web) has stopped 1 running tasks: (task T).",
        `(service web) deregistered 1 targets in (target-group ${TARGET_GROUP})`,
        "(service web, taskSet D) has begun draining connections on 1 tasks.",
        "(service web) (deployment D) deployment completed.",
        "(service web) has reached a steady state.",
      ].slice(-11),
    );
    const [stopped] = await ecs.tasks("STOPPED");
    expect(stopped).toMatchObject({
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: `Scaling activity initiated by (deployment ${after.deployments?.[0]?.id})`,
    });
  });

  it("at 50/100 never has more than the desired count, nor fewer than half", async () => {
    await ecs.steady({ desiredCount: 4, deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 } });
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2") });
    for (let second = 0; second < 30; second += 1) {
      await ecs.clock.advance(1_000);
      const { runningCount = 0, pendingCount = 0 } = await ecs.service();
      expect(runningCount).toBeGreaterThanOrEqual(2);
      expect(runningCount + pendingCount).toBeLessThanOrEqual(4);
    }
    expect(await ecs.service()).toMatchObject({ runningCount: 4, deployments: [{ rolloutState: "COMPLETED" }] });
  });

  it("is stuck at 100/100, and says so once", async () => {
    await ecs.steady({ deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } });
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2") });
    await ecs.clock.advance(60_000);
    const stuck = (await ecs.events()).filter((event) => event.includes("unable to stop or start tasks"));
    expect(stuck).toHaveLength(1);
  });

  it("is superseded by the next one", async () => {
    await ecs.steady();
    await ecs.call("UpdateService", {
      service: "web",
      taskDefinition: await ecs.register("web:2", { targetHealthy: false }),
    });
    await ecs.clock.advance(500);
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:3") });
    await ecs.clock.advance(20_000);
    expect(await ecs.service()).toMatchObject({
      deployments: [{ rolloutState: "COMPLETED", taskDefinition: expect.stringMatching(/:3$/) }],
    });
    const { serviceDeployments } = await ecs.call("ListServiceDeployments", { service: "web" });
    expect(serviceDeployments?.map(({ status }) => status)).toEqual(["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]);
  });

  it("waits 40 s for tasks that nothing checks", async () => {
    await ecs.createService(await ecs.register("web:1"), { loadBalancers: [] });
    await ecs.clock.advance(39_000);
    expect(await ecs.service()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: "IN_PROGRESS" }] });
    await ecs.clock.advance(2_000);
    expect(await ecs.service()).toMatchObject({ deployments: [{ rolloutState: "COMPLETED" }] });
  });

  it("keeps to the digest that the first task resolved", async () => {
    await ecs.steady();
    const pulled: string[] = [];
    const { pull } = ecs.runtime;
    ecs.runtime.pull = (reference) => {
      pulled.push(reference);
      return pull.call(ecs.runtime, reference);
    };
    const [task] = await ecs.tasks();
    await ecs.call("StopTask", { task: task?.taskArn });
    await ecs.clock.advance(10_000);
    expect(pulled).toEqual(["web@sha256:web:1"]);
  });
});

describe("a steady service", () => {
  it("replaces a task that somebody stops", async () => {
    await ecs.steady();
    const [task] = await ecs.tasks();
    await ecs.call("StopTask", { task: task?.taskArn, reason: "to see it come back" });
    await ecs.clock.advance(10_000);
    expect(await ecs.service()).toMatchObject({
      runningCount: 2,
      deployments: [{ rolloutState: "COMPLETED", failedTasks: 0 }],
    });
    expect(await ecs.tasks("STOPPED")).toMatchObject([
      { stopCode: "UserInitiated", stoppedReason: "to see it come back", lastStatus: "STOPPED" },
    ]);
  });

  it("replaces a task whose essential container exits", async () => {
    await ecs.steady();
    ecs.runtime.started[0]?.end({ exitCode: 3 });
    await ecs.clock.advance(10_000);
    expect(await ecs.service()).toMatchObject({ runningCount: 2 });
    expect(await ecs.tasks("STOPPED")).toMatchObject([
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [{ exitCode: 3 }],
      },
    ]);
  });

  it("scales without a deployment", async () => {
    await ecs.steady();
    const { deployments } = await ecs.service();
    await ecs.call("UpdateService", { service: "web", desiredCount: 1 });
    await ecs.clock.advance(10_000);
    expect(await ecs.service()).toMatchObject({
      runningCount: 1,
      desiredCount: 1,
      deployments: [{ id: deployments?.[0]?.id }],
    });
  });

  it("goes when it is deleted, and stays visible as INACTIVE", async () => {
    await ecs.steady();
    await expect(ecs.call("DeleteService", { service: "web" })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
    await ecs.call("DeleteService", { service: "web", force: true });
    expect(await ecs.service()).toMatchObject({ status: "DRAINING", desiredCount: 0 });
    await ecs.clock.advance(10_000);
    expect(await ecs.service()).toMatchObject({ status: "INACTIVE", runningCount: 0 });
    expect(await ecs.tasks()).toEqual([]);
  });

  it("forgets a stopped task after an hour", async () => {
    await ecs.steady();
    const [task] = await ecs.tasks();
    await ecs.call("StopTask", { task: task?.taskArn });
    await ecs.clock.advance(59 * 60_000);
    expect(await ecs.tasks("STOPPED")).toHaveLength(1);
    await ecs.clock.advance(2 * 60_000);
    expect(await ecs.tasks("STOPPED")).toHaveLength(0);
  });
});

describe("health checks", () => {
  const checked = {
    containerDefinitions: [
      {
        name: "web",
        image: "web:1",
        portMappings: [{ containerPort: 80 }],
        healthCheck: { command: ["CMD-SHELL", "true"], interval: 5, retries: 2 },
      },
    ],
  };

  it("hold a deployment back until the container is HEALTHY", async () => {
    await ecs.createService(await ecs.register("web:1", { healthy: true }, checked), { loadBalancers: [] });
    await ecs.clock.advance(4_000);
    expect(await ecs.service()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: "IN_PROGRESS" }] });
    await ecs.clock.advance(2_000);
    expect(await ecs.service()).toMatchObject({ deployments: [{ rolloutState: "COMPLETED" }] });
    expect(await ecs.tasks()).toMatchObject([{ healthStatus: "HEALTHY" }, { healthStatus: "HEALTHY" }]);
  });

  it("replace an unhealthy container start-first", async () => {
    await ecs.createService(await ecs.register("web:1", { healthy: true }, checked), {
      loadBalancers: [],
      desiredCount: 1,
    });
    await ecs.clock.advance(6_000);
    ecs.runtime.behaviours.set("web:1", { healthy: false });
    await ecs.clock.advance(10_000);
    expect((await ecs.service()).runningCount).toBe(2);
    expect(await ecs.events()).toContain("(service web) (task T) failed container health checks.");
    ecs.runtime.behaviours.set("web:1", { healthy: true });
    await ecs.clock.advance(12_000);
    expect((await ecs.service()).runningCount).toBe(1);
    expect(await ecs.tasks("STOPPED")).toMatchObject([{ stoppedReason: "Task failed container health checks" }]);
  });

  it("do not count within the grace period", async () => {
    await ecs.createService(await ecs.register("web:1", { targetHealthy: false }), {
      healthCheckGracePeriodSeconds: 30,
      desiredCount: 1,
    });
    await ecs.clock.advance(29_000);
    expect(await ecs.tasks("STOPPED")).toHaveLength(0);
    await ecs.clock.advance(10_000);
    expect((await ecs.events()).some((event) => event.includes("is unhealthy in (target-group"))).toBe(true);
  });
});
