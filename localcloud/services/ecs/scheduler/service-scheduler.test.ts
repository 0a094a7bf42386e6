import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs, TARGET_GROUP } from "../ecs.fixture.ts";

const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };
let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

/** The service `web` runs version 1, steadily. */
async function steady(changes: Parameters<EcsHarness["createService"]>[1] = {}): Promise<void> {
  await ecs.createService(await ecs.register("web:1"), changes);
  await ecs.clock.advance(2_000);
  expect(await ecs.service()).toMatchObject({ deployments: [{ rolloutState: "COMPLETED" }] });
}

describe("a rolling update", () => {
  it("starts the new tasks, drains the old ones, then is COMPLETED", async () => {
    await steady();
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
    await steady({ desiredCount: 4, deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 } });
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
    await steady({ deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } });
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2") });
    await ecs.clock.advance(60_000);
    const stuck = (await ecs.events()).filter((event) => event.includes("unable to stop or start tasks"));
    expect(stuck).toHaveLength(1);
  });

  it("is superseded by the next one", async () => {
    await steady();
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
    await steady();
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
    await steady();
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
    await steady();
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
    await steady();
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
    await steady();
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
    await steady();
    const [task] = await ecs.tasks();
    await ecs.call("StopTask", { task: task?.taskArn });
    await ecs.clock.advance(59 * 60_000);
    expect(await ecs.tasks("STOPPED")).toHaveLength(1);
    await ecs.clock.advance(2 * 60_000);
    expect(await ecs.tasks("STOPPED")).toHaveLength(0);
  });
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
    await steady({ deploymentConfiguration: BREAKER });
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
    await steady({ deploymentConfiguration: BREAKER });
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
    await steady({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } });
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
    await steady();
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2", "missing") });
    await ecs.clock.advance(10 * 60_000);
    expect(await ecs.service()).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: "IN_PROGRESS" }, {}] });
    const attempts = (await ecs.tasks("STOPPED")).length;
    expect(attempts).toBeGreaterThan(6);
    expect(attempts).toBeLessThan(40);
    expect(await ecs.events()).toContain("(service web) is unable to consistently start tasks successfully.");
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
