import type { ContainerDefinition, RegisterTaskDefinitionRequest, TaskDefinition } from "@aws-sdk/client-ecs";
import { beforeEach, describe, expect, it } from "vitest";
import { type EcsHarness, startEcs } from "../ecs.fixture.ts";

let ecs: EcsHarness;

beforeEach(() => {
  ecs = startEcs();
});

const container: ContainerDefinition = { name: "web", image: "web:1" };

async function register(changes: Partial<RegisterTaskDefinitionRequest> = {}): Promise<TaskDefinition> {
  const { taskDefinition } = await ecs.call("RegisterTaskDefinition", {
    family: "web",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [container],
    ...changes,
  });
  return taskDefinition ?? {};
}

async function described(reference: string): Promise<TaskDefinition> {
  return (await ecs.call("DescribeTaskDefinition", { taskDefinition: reference })).taskDefinition ?? {};
}

function refused(message: string | RegExp) {
  return expect.objectContaining({
    code: "ClientException",
    message: typeof message === "string" ? message : expect.stringMatching(message),
  });
}

describe("registering a task definition", () => {
  it("counts the revisions of its family, and adds what ECS adds", async () => {
    await register();
    expect(
      await register({ containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80 }] }] }),
    ).toMatchObject({
      taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/web:2",
      revision: 2,
      status: "ACTIVE",
      compatibilities: ["EC2", "FARGATE"],
      containerDefinitions: [
        {
          cpu: 0,
          essential: true,
          environment: [],
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
        },
      ],
    });
  });

  it("takes an empty role for none, as deployment tools send it", async () => {
    const definition = await register({ taskRoleArn: "", executionRoleArn: "" });
    expect(definition).not.toHaveProperty("taskRoleArn");
    expect(definition).not.toHaveProperty("executionRoleArn");
    const logConfiguration = { logDriver: "awslogs", options: { "awslogs-group": "g", "awslogs-region": "us-east-1" } };
    const logging = { executionRoleArn: "", containerDefinitions: [{ ...container, logConfiguration }] };
    await expect(register(logging as Partial<RegisterTaskDefinitionRequest>)).rejects.toEqual(
      refused(/execution role/),
    );
  });

  it("stores units and MiB", async () => {
    expect(await register({ cpu: ".5 vCPU", memory: "1 GB" })).toMatchObject({ cpu: "512", memory: "1024" });
  });

  it("is compatible with Fargate only in a size that Fargate has", async () => {
    const other = await register({ requiresCompatibilities: ["EC2"], cpu: "300", memory: "300" });
    expect(other.compatibilities).toEqual(["EC2"]);
  });

  it.each<[string | RegExp, Partial<RegisterTaskDefinitionRequest>]>([
    ["Family contains invalid characters.", { family: "a b" }],
    ["Family contains invalid characters.", { family: "" }],
    ["Container list cannot be empty.", { containerDefinitions: [] }],
    [/^Actual length: '\d+'. Max allowed length is '65536' bytes.$/, { family: "x".repeat(65_536) }],
    ["No Fargate configuration exists for given values.", { cpu: "256", memory: "4096" }],
    ["No Fargate configuration exists for given values.", { cpu: "0x100" }],
    ["No Fargate configuration exists for given values.", { cpu: "-256", memory: "-512" }],
    ["Fargate only supports network mode ‘awsvpc’.", { networkMode: "bridge" }],
    ["Container names must be unique.", { containerDefinitions: [container, container] }],
    ["At least one container must be essential.", { containerDefinitions: [{ ...container, essential: false }] }],
  ])("refuses, saying: %s", async (message, changes) => {
    await expect(register(changes)).rejects.toEqual(refused(message));
  });

  it.each<[string | RegExp, ContainerDefinition]>([
    ["Container.name should not be null or empty.", { name: "" }],
    ["Container.image should not be null or empty.", { image: "" }],
    [/containerPort/, { portMappings: [{ containerPort: 0 }] }],
    [/host ports and container ports/, { portMappings: [{ containerPort: 80, hostPort: 8080 }] }],
    [/stopTimeout/, { stopTimeout: 1 }],
    [/stopTimeout/, { stopTimeout: 121 }],
    [/startTimeout/, { startTimeout: 1 }],
    [/interval must be between 5 and 300/, { healthCheck: { command: ["CMD", "x"], interval: 1 } }],
    [/must start with CMD/, { healthCheck: { command: ["x"] } }],
    [
      /awslogs requires options: awslogs-region/,
      { logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "a" } } },
    ],
  ])("refuses in a container, saying: %s", async (message, changes) => {
    await expect(register({ containerDefinitions: [{ ...container, ...changes }] })).rejects.toEqual(refused(message));
  });

  it.each<[string | RegExp, ContainerDefinition[]]>([
    [/'other' of a dependency does not exist/, [{ dependsOn: [{ containerName: "other", condition: "START" }] }]],
    [/cycle/, [{ dependsOn: [{ containerName: "web", condition: "START" }] }]],
    [
      /cycle/,
      [
        { dependsOn: [{ containerName: "one", condition: "START" }] },
        { name: "one", dependsOn: [{ containerName: "two", condition: "START" }] },
        { name: "two", dependsOn: [{ containerName: "one", condition: "START" }] },
      ],
    ],
    [
      "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
      [{ dependsOn: [{ containerName: "one", condition: "COMPLETE" }] }, { name: "one" }],
    ],
    [/must have a health check/, [{ dependsOn: [{ containerName: "one", condition: "HEALTHY" }] }, { name: "one" }]],
  ])("refuses dependencies that cannot be met, saying: %s", async (message, containers) => {
    const containerDefinitions = containers.map((changes) => ({ ...container, ...changes }));
    await expect(register({ containerDefinitions })).rejects.toEqual(refused(message));
  });

  it("takes a chain of dependencies", async () => {
    const dependsOn = (containerName: string) => [{ containerName, condition: "START" as const }];
    const containerDefinitions = [
      { ...container, dependsOn: dependsOn("one") },
      { ...container, name: "one", dependsOn: dependsOn("two") },
      { ...container, name: "two" },
    ];
    expect((await register({ containerDefinitions })).containerDefinitions).toHaveLength(3);
  });

  it("takes a family that is called like what every object has", async () => {
    for (const family of ["__proto__", "constructor"]) {
      await expect(described(family)).rejects.toEqual(refused("Unable to describe task definition."));
      expect(await register({ family })).toMatchObject({ family, revision: 1 });
      expect(await described(family)).toMatchObject({ family });
    }
  });
});

describe("finding a task definition", () => {
  it("by its family means the newest ACTIVE revision", async () => {
    await register();
    await register();
    await ecs.call("DeregisterTaskDefinition", { taskDefinition: "web:2" });
    expect(await described("web")).toMatchObject({ revision: 1 });
    expect(await described("web:2")).toMatchObject({ status: "INACTIVE" });
    const { taskDefinitionArns } = await ecs.call("ListTaskDefinitions", { familyPrefix: "web" });
    expect(taskDefinitionArns).toEqual(["arn:aws:ecs:us-east-1:000000000000:task-definition/web:1"]);
  });

  it.each(["web:0", "web:-1", "web:2", "web:x", "web:", "other", ""])("finds nothing by '%s'", async (reference) => {
    await register();
    await expect(described(reference)).rejects.toEqual(refused("Unable to describe task definition."));
  });

  it("pages", async () => {
    for (let revision = 0; revision < 3; revision += 1) await register();
    const first = await ecs.call("ListTaskDefinitions", { maxResults: 2, sort: "DESC" });
    expect(first.taskDefinitionArns?.map((arn) => arn.at(-1))).toEqual(["3", "2"]);
    const { nextToken = "" } = first;
    const second = await ecs.call("ListTaskDefinitions", { maxResults: 2, sort: "DESC", nextToken });
    expect(second).toEqual({ taskDefinitionArns: [expect.stringMatching(/:1$/)], nextToken: undefined });
    await expect(ecs.call("ListTaskDefinitions", { nextToken: "nonsense" })).rejects.toMatchObject({
      message: "Invalid token.",
    });
  });
});

describe("DeleteTaskDefinitions", () => {
  it("deletes what was deregistered, and says why not the rest", async () => {
    const ecs = startEcs();
    const [one, two] = [await ecs.register("web:1"), await ecs.register("web:2")];
    await ecs.call("DeregisterTaskDefinition", { taskDefinition: one });
    const answer = await ecs.call("DeleteTaskDefinitions", { taskDefinitions: [one, two, "web:9"] });
    expect(answer.taskDefinitions).toMatchObject([{ taskDefinitionArn: one, status: "DELETE_IN_PROGRESS" }]);
    expect(answer.failures).toEqual([
      { arn: two, reason: expect.stringContaining("still in ACTIVE status") },
      { arn: "web:9", reason: expect.stringContaining("does not exist") },
    ]);
    expect(await ecs.call("ListTaskDefinitions", { status: "DELETE_IN_PROGRESS" })).toMatchObject({
      taskDefinitionArns: [one],
    });
  });
});
