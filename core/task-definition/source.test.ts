import { describe, expect, it } from "vitest";
import { renderInput } from "./render-input.ts";
import { taskDefinitionFile, taskDefinitionSource } from "./source.ts";

const sourceOf = (raw: Record<string, unknown>, cluster?: string) =>
  taskDefinitionSource({ ...renderInput.parse(raw), ...(cluster === undefined ? {} : { cluster }) });

const arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:41";
const serviceArn = "arn:aws:ecs:eu-west-1:123456789012:service/prod/web";

describe("taskDefinitionSource", () => {
  it.each<[Record<string, unknown>, object]>([
    [{ "task-definition": "deploy/taskdef.json" }, { kind: "file", path: "deploy/taskdef.json" }],
    [{ "task-definition": "./web:41" }, { kind: "file", path: "./web:41" }],
    [{ "task-definition": "web:41" }, { kind: "revision", revision: "web:41" }],
    [{ "task-definition": arn }, { kind: "revision", revision: arn }],
    [{ "task-definition-arn": arn }, { kind: "revision", revision: arn }],
    [{ "task-definition-family": "web" }, { kind: "revision", revision: "web" }],
    [
      { "task-definition-family": "web", "task-definition-revision": "41" },
      { kind: "revision", revision: "web:41" },
    ],
    [{ "task-definition-service": "web" }, { kind: "service", cluster: "default", service: "web" }],
    [{ "task-definition-service": "prod/web" }, { kind: "service", cluster: "prod", service: "web" }],
    [{ "task-definition-service": serviceArn }, { kind: "service", cluster: "prod", service: serviceArn }],
  ])("finds it in %j", (raw, source) => {
    expect(sourceOf(raw)).toEqual(source);
  });

  it("takes the cluster that is given for a service that says none", () => {
    const old = "arn:aws:ecs:eu-west-1:123456789012:service/web";
    expect(sourceOf({ "task-definition-service": "web" }, "prod")).toMatchObject({ cluster: "prod" });
    expect(sourceOf({ "task-definition-service": old }, "prod")).toMatchObject({ cluster: "prod" });
    expect(sourceOf({ "task-definition-service": "staging/web" }, "prod")).toMatchObject({ cluster: "staging" });
  });

  it.each<[Record<string, unknown>, string]>([
    [{}, "task-definition: is missing"],
    [
      { "task-definition": "a.json", "task-definition-arn": arn },
      "task-definition-arn: task-definition says already where the task definition is",
    ],
    [
      { "task-definition-family": "web", "task-definition-service": "web" },
      "task-definition-service: task-definition-family says already where the task definition is",
    ],
    [{ "task-definition-revision": 4 }, "task-definition-revision: says nothing without a family"],
    [
      { "task-definition": "a.json", "task-definition-revision": 4 },
      "task-definition-revision: says nothing without a family",
    ],
    [
      { "task-definition-service": "a/b/c" },
      'task-definition-service: "c" is not of the form service or cluster/service',
    ],
    [
      { "task-definition-service": arn },
      'task-definition-service: "web:41" is not of the form service or cluster/service',
    ],
    [{ "task-definition-family": "web", variables: "A=1" }, "variables: task-definition-family names no file"],
  ])("refuses %j before anything is loaded", (raw, message) => {
    expect(() => renderInput.parse(raw)).toThrow(expect.objectContaining({ code: "INPUT_INVALID", message }));
  });
});

it("knows the file of an input, where annotations stand", () => {
  const fileOf = (raw: Record<string, unknown>) => taskDefinitionFile(renderInput.parse(raw));
  expect(fileOf({ "task-definition": "a.json" })).toBe("a.json");
  expect(fileOf({ "task-definition": "web:41" })).toBeUndefined();
  expect(fileOf({ "task-definition-family": "web" })).toBeUndefined();
});
