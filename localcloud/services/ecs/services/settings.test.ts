import type { CreateServiceRequest } from "@aws-sdk/client-ecs";
import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs, TARGET_GROUP } from "../ecs.fixture.ts";

const SUBNET = "subnet-0a1b2c3d4e5f6071a";
let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

async function create(changes: Partial<CreateServiceRequest>) {
  await ecs.createService(await ecs.register("web:1"), changes);
}

describe("the network of a service", () => {
  it("takes target groups of type ip only", async () => {
    ecs.targets.targetType = "instance";
    await expect(create({})).rejects.toMatchObject({
      code: "InvalidParameterException",
      message: `The provided target group ${TARGET_GROUP} has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.`,
    });
  });

  it.each<[RegExp, Partial<CreateServiceRequest>]>([
    [/^Network Configuration must be provided/, { networkConfiguration: {} }],
    [
      /The subnet ID 'subnet-x' does not exist/,
      { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-x"] } } },
    ],
    [
      /The security group 'sg-x' does not exist/,
      { networkConfiguration: { awsvpcConfiguration: { subnets: [SUBNET], securityGroups: ["sg-x"] } } },
    ],
    [
      /^Assign public IP is not supported for this launch type\.$/,
      {
        launchType: "EC2",
        networkConfiguration: { awsvpcConfiguration: { subnets: [SUBNET], assignPublicIp: "ENABLED" } },
      },
    ],
  ])("is refused, saying %s", async (message, changes) => {
    await expect(create(changes)).rejects.toThrow(message);
  });
});

describe("the tags of a service's tasks", () => {
  it.each<[string, Partial<CreateServiceRequest>, object[]]>([
    ["are none by default", {}, []],
    ["are the service's", { propagateTags: "SERVICE" }, [{ key: "team", value: "service" }]],
    ["are the task definition's", { propagateTags: "TASK_DEFINITION" }, [{ key: "team", value: "definition" }]],
    [
      "are ECS's own",
      { enableECSManagedTags: true },
      [
        { key: "aws:ecs:clusterName", value: "default" },
        { key: "aws:ecs:serviceName", value: "web" },
      ],
    ],
  ])("%s", async (_what, changes, tags) => {
    const taskDefinition = await ecs.register("web:1", {}, { tags: [{ key: "team", value: "definition" }] });
    await ecs.createService(taskDefinition, { tags: [{ key: "team", value: "service" }], ...changes });
    await ecs.clock.advance(1_000);
    const { taskArns } = await ecs.call("ListTasks", {});
    const { tasks } = await ecs.call("DescribeTasks", { tasks: taskArns, include: ["TAGS"] });
    expect(tasks?.[0]?.tags).toEqual(tags);
  });

  it("come with a new deployment where their propagation changes", async () => {
    await ecs.steady({ tags: [{ key: "team", value: "service" }] });
    await ecs.call("UpdateService", { service: "web", propagateTags: "SERVICE" });
    expect((await ecs.service()).deployments).toHaveLength(2);
  });
});

describe("a forced deployment", () => {
  it("replaces every task by one of the same revision", async () => {
    await ecs.steady();
    const before = (await ecs.tasks()).map(({ taskArn }) => taskArn);
    await ecs.call("UpdateService", { service: "web", forceNewDeployment: true });
    await ecs.clock.advance(60_000);
    const after = await ecs.tasks();
    expect(after).toHaveLength(2);
    expect(after.filter(({ taskArn }) => before.includes(taskArn))).toEqual([]);
    const { serviceDeployments } = await ecs.call("ListServiceDeployments", { service: "web" });
    expect(serviceDeployments?.map(({ status }) => status)).toEqual(["SUCCESSFUL", "SUCCESSFUL"]);
  });
});
