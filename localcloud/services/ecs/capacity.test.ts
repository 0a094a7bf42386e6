import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs } from "./ecs.fixture.ts";

const UNAVAILABLE = "Capacity is unavailable at this time. Please try again later or in a different availability zone.";

let ecs: EcsHarness;
beforeEach(() => {
  ecs = startEcs();
});
afterEach(() => ecs.close());

const unplaced = async () => (await ecs.events()).filter((event) => event.includes("unable to place"));

describe("where Fargate has no capacity", () => {
  it("a service says so once, and starts its tasks when there is some again", async () => {
    ecs.capacity.page({ fargate: "unavailable" });
    await ecs.createService(await ecs.register("web:1"));
    await ecs.clock.advance(5_000);
    expect(await ecs.tasks()).toEqual([]);
    expect(await unplaced()).toEqual([`(service web) was unable to place a task. Reason: ${UNAVAILABLE}`]);
    ecs.capacity.page({ fargate: "available" });
    await ecs.clock.advance(20_000);
    expect(await ecs.tasks()).toHaveLength(2);
    ecs.capacity.page({ fargate: "unavailable" });
    await ecs.call("UpdateService", { service: "web", desiredCount: 3 });
    await ecs.clock.advance(1_000);
    expect(await unplaced()).toHaveLength(2);
  });

  it("a deployment fails by its circuit breaker", async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: false };
    await ecs.steady({ deploymentConfiguration: { deploymentCircuitBreaker } });
    ecs.capacity.page({ fargate: "unavailable" });
    await ecs.call("UpdateService", { service: "web", taskDefinition: await ecs.register("web:2") });
    await ecs.clock.advance(60_000);
    expect((await ecs.service()).deployments).toMatchObject([
      { status: "PRIMARY", rolloutState: "FAILED" },
      { runningCount: 2 },
    ]);
  });

  it("RunTask answers with its reason for each task", async () => {
    ecs.capacity.page({ fargate: "unavailable" });
    await ecs.call("CreateCluster", {});
    const answer = await ecs.call("RunTask", {
      taskDefinition: await ecs.register("web:1"),
      launchType: "FARGATE",
      count: 2,
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } },
    });
    expect(answer).toEqual({ tasks: [], failures: [{ reason: UNAVAILABLE }, { reason: UNAVAILABLE }] });
    expect(await ecs.tasks()).toEqual([]);
  });

  it("is told by a page that takes nothing else", () => {
    expect(() => ecs.capacity.page({ fargate: "some" })).toThrow(/^fargate: /);
    expect(() => ecs.capacity.page({ ec2: "unavailable" })).toThrow();
    expect(() => ecs.capacity.page(undefined)).toThrow(/^The body: /);
  });
});
