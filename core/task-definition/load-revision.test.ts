import type { Service, TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { loadTaskDefinition } from "./load.ts";
import type { ReadTaskDefinition } from "./load-revision.ts";
import { prepareTaskDefinition } from "./prepare.ts";
import { renderInput } from "./render-input.ts";
import type { TaskDefinitionSource } from "./source.ts";

const arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:41";

/** web:41, as the SDK answers it. */
const registered: TaskDefinition = {
  taskDefinitionArn: arn,
  family: "web",
  revision: 41,
  status: "ACTIVE",
  registeredAt: new Date(0),
  registeredBy: "arn:aws:iam::123456789012:role/ci",
  compatibilities: ["EC2"],
  requiresAttributes: [],
  deregisteredAt: undefined,
  cpu: "256",
  containerDefinitions: [
    { name: "web", image: "web:1", cpu: 0, environment: [{ name: "A", value: "" }], essential: true },
  ],
  volumes: [],
};

const tags = [
  { key: "team", value: "shop" },
  { key: "aws:cloudformation:stack-name", value: "web" },
];

const document = {
  family: "web",
  cpu: "256",
  containerDefinitions: [
    { name: "web", image: "web:1", cpu: 0, environment: [{ name: "A", value: "" }], essential: true },
  ],
  volumes: [],
  tags: [{ key: "team", value: "shop" }],
};

/** Amazon ECS with one revision and one service. */
function ecs(service: Service = { status: "ACTIVE", taskDefinition: arn }) {
  const calls: object[] = [];
  const api: ReadTaskDefinition = {
    describeServices: async (input) => {
      calls.push(input);
      return { services: [service], $metadata: {} };
    },
    describeTaskDefinition: async (input) => {
      calls.push(input);
      if (input.taskDefinition === "denied") throw named("AccessDeniedException", "not authorized");
      if (input.taskDefinition === "none") throw named("ClientException", "Unable to describe task definition.");
      return { taskDefinition: registered, tags, $metadata: {} };
    },
  };
  return { api, calls };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

const { signal } = new AbortController();
const load = (source: TaskDefinitionSource, aws = ecs()) => loadTaskDefinition(aws.api, source, signal);

describe("a registered revision", () => {
  it("is read with its tags, without what only the API sets and without AWS's own tags", async () => {
    const aws = ecs();
    expect(await load({ kind: "revision", revision: "web" }, aws)).toEqual({ name: "web:41", document, revision: arn });
    expect(aws.calls).toEqual([{ taskDefinition: "web", include: ["TAGS"] }]);
  });

  it("is that of a service's newest deployment, or of its primary task set", async () => {
    const source = { kind: "service", cluster: "prod", service: "web" } as const;
    const aws = ecs();
    expect(await load(source, aws)).toMatchObject({ revision: arn });
    expect(aws.calls).toEqual([
      { cluster: "prod", services: ["web"] },
      { taskDefinition: arn, include: ["TAGS"] },
    ]);
    const taskSets = [
      { status: "ACTIVE", taskDefinition: "web:43" },
      { status: "PRIMARY", taskDefinition: "web:42" },
    ];
    const blueGreen = ecs({ status: "ACTIVE", taskDefinition: arn, taskSets });
    await load(source, blueGreen);
    expect(blueGreen.calls[1]).toMatchObject({ taskDefinition: "web:42" });
  });

  it.each([
    [
      "none",
      "TASK_DEFINITION_NOT_FOUND",
      "none: ecs:DescribeTaskDefinition: ClientException: Unable to describe task definition.",
    ],
    ["denied", "AWS_ACCESS_DENIED", "ecs:DescribeTaskDefinition: AccessDeniedException: not authorized"],
  ])("says why %s cannot be read", async (revision, code, message) => {
    await expect(load({ kind: "revision", revision })).rejects.toMatchObject({ code, message });
  });

  it("is not looked for in a service that is gone or has none", async () => {
    const source = { kind: "service", cluster: "prod", service: "web" } as const;
    await expect(load(source, ecs({ status: "INACTIVE" }))).rejects.toMatchObject({ code: "ECS_SERVICE_INACTIVE" });
    await expect(load(source, ecs({ status: "ACTIVE" }))).rejects.toMatchObject({ code: "TASK_DEFINITION_NOT_FOUND" });
  });
});

describe("prepareTaskDefinition", () => {
  const prepare = async (raw: Record<string, unknown>) => {
    const notes: string[] = [];
    const input = renderInput.parse({ "task-definition": "web:41", ...raw });
    const prepared = await prepareTaskDefinition(ecs().api, input, { signal, note: (line) => notes.push(line) });
    return { prepared, notes };
  };

  it("leaves a revision what it is where nothing is rendered over it", async () => {
    const { prepared, notes } = await prepare({});
    expect(prepared).toMatchObject({ revision: arn, document });
    expect(notes).toEqual([]);
    expect((await prepare({ image: "web:1", "environment-variables": "A=" })).prepared.revision).toBe(arn);
  });

  it.each([{ image: "web:2" }, { "environment-variables": "A=1" }, { cpu: "512" }, { "task-definition-tags": "a=b" }])(
    "makes something new of it by %j",
    async (raw) => {
      expect((await prepare(raw)).prepared.revision).toBeUndefined();
    },
  );
});
