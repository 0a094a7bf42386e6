import type { RunTaskRequest } from "@aws-sdk/client-ecs";
import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs } from "../ecs.fixture.ts";

let ecs: EcsHarness;
let taskDefinition: string;

beforeEach(async () => {
  ecs = startEcs();
  await ecs.call("CreateCluster", {});
  taskDefinition = await ecs.register("web:1");
});

function run(changes: Partial<RunTaskRequest> = {}) {
  return ecs.call("RunTask", {
    taskDefinition,
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d4e5f6071a"] } },
    ...changes,
  });
}

describe("RunTask", () => {
  it("starts so many tasks, PROVISIONING at first", async () => {
    const { tasks } = await run({ count: 2, startedBy: "me", tags: [{ key: "a", value: "b" }] });
    expect(tasks).toMatchObject([
      { lastStatus: "PROVISIONING", group: "family:web", startedBy: "me", tags: [{ key: "a", value: "b" }] },
      { lastStatus: "PROVISIONING", availabilityZone: "us-east-1a" },
    ]);
    await ecs.clock.advance(0);
    expect(await ecs.tasks()).toMatchObject([{ lastStatus: "RUNNING" }, { lastStatus: "RUNNING" }]);
  });

  it("replaces commands and adds variables", async () => {
    const override = { name: "web", command: ["serve"], environment: [{ name: "__proto__", value: "x" }] };
    await run({ overrides: { containerOverrides: [override] } });
    await ecs.clock.advance(0);
    const [started] = ecs.runtime.started;
    expect(started?.spec.command).toEqual(["serve"]);
    expect(Object.entries(started?.spec.environment ?? {})).toContainEqual(["__proto__", "x"]);
  });

  it.each<[string, string | RegExp, Partial<RunTaskRequest>]>([
    ["InvalidParameterException", "Count must be between 1 and 10.", { count: 0 }],
    ["InvalidParameterException", "Count must be between 1 and 10.", { count: 11 }],
    ["InvalidParameterException", "No Container Instances were found in your cluster.", { launchType: "EC2" }],
    ["InvalidParameterException", /^Network Configuration must be provided/, { networkConfiguration: {} }],
    [
      "InvalidParameterException",
      /^Override for container named db/,
      { overrides: { containerOverrides: [{ name: "db" }] } },
    ],
    ["ClusterNotFoundException", "Cluster not found.", { cluster: "__proto__" }],
    ["ClientException", "Unable to describe task definition.", { taskDefinition: "web:7" }],
    ["NotImplemented", /'placementStrategy'/, { placementStrategy: [{ type: "random" }] }],
  ])("refuses with %s: %s", async (code, message, changes) => {
    const sentence = typeof message === "string" ? message : expect.stringMatching(message);
    await expect(run(changes)).rejects.toEqual(expect.objectContaining({ code, message: sentence }));
    expect(await ecs.tasks()).toEqual([]);
  });
});

describe("RunTask with a client token", () => {
  it("starts once what is asked for twice", async () => {
    const first = await run({ clientToken: "a", enableExecuteCommand: true });
    const second = await run({ clientToken: "a", enableExecuteCommand: true });
    expect(second.tasks?.[0]?.taskArn).toBe(first.tasks?.[0]?.taskArn);
    expect(second.tasks).toMatchObject([{ enableExecuteCommand: true }]);
    expect(await ecs.tasks()).toHaveLength(1);
  });

  it("refuses a token that was used for something else", async () => {
    await run({ clientToken: "a" });
    await expect(run({ clientToken: "a", count: 2 })).rejects.toMatchObject({ code: "ConflictException" });
  });

  it("refuses a platform version that there is not", async () => {
    await expect(run({ platformVersion: "1.0.0" })).rejects.toMatchObject({ code: "PlatformUnknownException" });
  });
});

describe("looking at tasks", () => {
  it("by who started them allows no other filter", async () => {
    await run({ startedBy: "me" });
    await run();
    expect((await ecs.call("ListTasks", { startedBy: "me" })).taskArns).toHaveLength(1);
    await expect(ecs.call("ListTasks", { startedBy: "me", family: "web" })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });

  it("of an unknown service is an error, of a family that has none is not", async () => {
    await run();
    await expect(ecs.call("ListTasks", { serviceName: "web" })).rejects.toMatchObject({
      code: "ServiceNotFoundException",
    });
    expect(await ecs.call("ListTasks", { family: "other" })).toMatchObject({ taskArns: [] });
  });

  it("tells what is missing, and which cluster an ARN is of", async () => {
    expect(await ecs.call("DescribeTasks", { tasks: ["0"] })).toEqual({
      tasks: [],
      failures: [{ arn: "arn:aws:ecs:us-east-1:000000000000:task/default/0", reason: "MISSING" }],
    });
    const elsewhere = "arn:aws:ecs:us-east-1:000000000000:task/other/0";
    const mismatch = {
      code: "InvalidParameterException",
      message: "Invalid identifier: Identifier is for cluster other. Your cluster is default",
    };
    await expect(ecs.call("DescribeTasks", { tasks: [elsewhere] })).rejects.toMatchObject(mismatch);
    await expect(ecs.call("StopTask", { task: elsewhere })).rejects.toMatchObject(mismatch);
    await expect(
      ecs.call("DescribeServices", { services: ["arn:aws:ecs:us-east-1:000000000000:service/other/web"] }),
    ).rejects.toMatchObject(mismatch);
  });
});

describe("StopTask", () => {
  it("keeps the first reason", async () => {
    const { tasks } = await run();
    await ecs.clock.advance(0);
    const task = tasks?.[0]?.taskArn;
    expect(await ecs.call("StopTask", { task, reason: "one" })).toMatchObject({ task: { desiredStatus: "STOPPED" } });
    await ecs.call("StopTask", { task, reason: "two" });
    await ecs.clock.advance(0);
    expect(await ecs.tasks("STOPPED")).toMatchObject([{ lastStatus: "STOPPED", stoppedReason: "one" }]);
  });

  it("refuses a task that is not there", async () => {
    await expect(ecs.call("StopTask", { task: "constructor" })).rejects.toMatchObject({
      code: "InvalidParameterException",
      message: "The referenced task was not found.",
    });
  });
});
