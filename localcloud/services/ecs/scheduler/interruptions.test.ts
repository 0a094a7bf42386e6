/** What happens to a service while something else is under way. */
import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs, TARGET_GROUP } from "../ecs.fixture.ts";

const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };
let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

async function update(image: string, behaviour: Parameters<EcsHarness["register"]>[1]): Promise<void> {
  await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register(image, behaviour) });
}

async function newestServiceDeployment() {
  const { serviceDeployments = [] } = await ecs.call("ListServiceDeployments", { service: "web" });
  const [newest] = serviceDeployments;
  const described = await ecs.call("DescribeServiceDeployments", {
    serviceDeploymentArns: [newest?.serviceDeploymentArn ?? ""],
  });
  return described.serviceDeployments?.[0];
}

describe("a rollback that a new deployment interrupts", () => {
  it("leaves what it went back to as what the new one goes back to", async () => {
    await ecs.steady({ deploymentConfiguration: BREAKER });
    const good = (await ecs.service()).deployments?.[0]?.id;
    await update("web:2", { targetHealthy: false });
    while ((await ecs.service()).deployments?.[0]?.id !== good) await ecs.clock.advance(100);
    await update("web:3", { targetHealthy: false });
    await ecs.clock.advance(120_000);
    expect(await ecs.service()).toMatchObject({ deployments: [{ id: good, rolloutState: "COMPLETED" }] });
    expect(await newestServiceDeployment()).toMatchObject({ status: "ROLLBACK_SUCCESSFUL" });
  });
});

describe("a service that is deleted during a deployment", () => {
  it("ends the deployment, is not created anew while it drains, and has no deployments in the end", async () => {
    await ecs.steady({ deploymentConfiguration: BREAKER });
    await update("web:2", { targetHealthy: false });
    await ecs.clock.advance(500);
    await ecs.call("DeleteService", { service: "web", force: true });
    expect(await newestServiceDeployment()).toMatchObject({ status: "STOPPED" });
    await expect(ecs.createService(await ecs.register("web:1"))).rejects.toMatchObject({
      code: "InvalidParameterException",
      message: "Unable to Start a service that is still Draining.",
    });
    await ecs.clock.advance(60_000);
    expect(await ecs.service()).toMatchObject({ status: "INACTIVE", deployments: [] });
    expect(await ecs.events()).not.toContain("(service web) rolling back to deployment D.");
    await ecs.steady();
  });
});

describe("targets that go by another's hand", () => {
  it("do not keep a task from stopping", async () => {
    await ecs.steady({ desiredCount: 1 });
    ecs.targets.health = () => undefined;
    ecs.targets.deregister = () => {};
    await ecs.call("UpdateService", { service: "web", desiredCount: 0 });
    await ecs.clock.advance(0);
    expect(await ecs.tasks("STOPPED")).toMatchObject([{ lastStatus: "STOPPED" }]);
  });

  it("with their target group end the tasks that would be in it", async () => {
    await ecs.steady({ desiredCount: 1 });
    const [task] = await ecs.tasks();
    ecs.targets.find = () => undefined;
    await ecs.call("StopTask", { task: task?.taskArn });
    await ecs.clock.advance(500);
    const stopped = await ecs.tasks("STOPPED");
    expect(stopped.map(({ lastStatus }) => lastStatus)).not.toContain("ACTIVATING");
    expect(stopped.map(({ stoppedReason }) => stoppedReason)).toContain(
      `ResourceInitializationError: failed to register targets in (target-group ${TARGET_GROUP}): One or more target groups not found`,
    );
  });
});

describe("a local cloud that goes away", () => {
  it("replaces none of the tasks that end with it", async () => {
    await ecs.steady();
    await ecs.close();
    for (const { end } of ecs.runtime.started) end({ exitCode: 137 });
    await ecs.clock.advance(60_000);
    expect(ecs.runtime.started).toHaveLength(2);
  });
});

describe("bounds", () => {
  it("refuses more tasks than a service may have, and negative waits", async () => {
    await expect(ecs.steady({ desiredCount: 1_000_000_000 })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
    await expect(ecs.steady({ healthCheckGracePeriodSeconds: -1 })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });
});

describe("what a deployment remembers", () => {
  it("are failures only since a task was last healthy", async () => {
    await ecs.steady({ desiredCount: 1, deploymentConfiguration: BREAKER });
    await update("web:2", { exitsAfterMs: 100 });
    await ecs.clock.advance(150);
    expect((await newestServiceDeployment())?.deploymentCircuitBreaker?.failureCount).toBeGreaterThan(0);
    ecs.runtime.behaviours.set("web:2", {});
    await ecs.clock.advance(30_000);
    expect(await newestServiceDeployment()).toMatchObject({
      status: "SUCCESSFUL",
      deploymentCircuitBreaker: { failureCount: 0 },
    });
  });

  it("is the digest that the first task resolved", async () => {
    let pulls = 0;
    const { pull } = ecs.runtime;
    ecs.runtime.pull = async (reference) => {
      pulls += 1;
      const digest = `sha256:${pulls}`;
      return { ...(await pull.call(ecs.runtime, reference)), digest };
    };
    await ecs.steady();
    const [revision] = (await ecs.service()).currentServiceRevisions ?? [];
    const { serviceRevisions } = await ecs.call("DescribeServiceRevisions", {
      serviceRevisionArns: [revision?.arn ?? ""],
    });
    expect(pulls).toBe(2);
    expect(serviceRevisions).toMatchObject([{ containerImages: [{ imageDigest: "sha256:1" }] }]);
  });
});
