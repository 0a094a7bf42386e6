/** Deploying a revision that is registered already: nothing is registered unless something is rendered over it. */
import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { deploy } from "./deploying.fixture.ts";
import { deployment, service } from "./scripted-aws.fixture.ts";

const arn = (revision: string) => `arn:aws:ecs:us-east-1:000000000000:task-definition/${revision}`;

/** What each of web's revisions is here: they differ in nothing but their numbers. */
const taskDefinition: TaskDefinition = {
  taskDefinitionArn: arn("web:41"),
  family: "web",
  revision: 41,
  status: "ACTIVE",
  containerDefinitions: [{ name: "web", image: "web:1", cpu: 0, essential: true, environment: [] }],
};

const past = { createdAt: new Date(0), updatedAt: new Date(0) };
const running = (revision: string) => service([deployment("1", revision, past)]);
const before = running("web:42");
const after = [[0, service([deployment("2", "web:41")])]] as const;
const noFile = { "task-definition": undefined, image: undefined, "wait-until": undefined };

describe("a registered revision", () => {
  it.each([
    { "task-definition": "web:41" },
    { "task-definition": arn("web:41") },
    { "task-definition-arn": arn("web:41") },
    { "task-definition-family": "web" },
    { "task-definition-service": "staging/web" },
    { "task-definition": "web:41", image: "web:1", "container-name": "web" },
  ])("is deployed as it is, without registering: %j", async (source) => {
    const { result, aws, log } = await deploy({ before, after, taskDefinition }, { input: { ...noFile, ...source } });
    expect(result).toMatchObject({ outcome: "started", taskDefinitionArn: arn("web:41") });
    expect(aws.operations()).not.toContain("RegisterTaskDefinition");
    expect(aws.calls.filter((call) => call.startsWith("UpdateService"))).toEqual([
      `UpdateService ${JSON.stringify({ cluster: "ecs-demo", service: "web", taskDefinition: arn("web:41") })}`,
    ]);
    expect(log.lines.join("\n")).toContain("web:42 → web:41");
  });

  it("is not deployed where the service runs it", async () => {
    const input = { ...noFile, "task-definition": "web:41" };
    const { result, aws } = await deploy({ before: running("web:41"), taskDefinition }, { input });
    expect(result.outcome).toBe("unchanged");
    expect(aws.operations().filter((operation) => /^(Register|Update)/.test(operation))).toEqual([]);
  });

  it("is what a new one is made from where something is rendered over it", async () => {
    const input = { ...noFile, "task-definition": "web:41", image: "web:2" };
    const script = { before, after: [[0, service([deployment("2", "web:43")])]] as const, taskDefinition };
    const { result, aws } = await deploy(script, { input });
    expect(result).toMatchObject({ outcome: "started", taskDefinitionArn: arn("web:43") });
    const [registered = ""] = aws.calls.filter((call) => call.startsWith("RegisterTaskDefinition"));
    expect(JSON.parse(registered.replace(/^\S+ /, ""))).toEqual({
      family: "web",
      containerDefinitions: [{ name: "web", image: "web:2", cpu: 0, essential: true, environment: [] }],
    });
  });
});
