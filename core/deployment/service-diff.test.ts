import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { serviceDiffLines } from "../report/service-diff-lines.ts";
import { deployInput } from "./deploy-input.ts";
import { arn, awsError, deployment, type Script, scriptedAws, service } from "./scripted-aws.fixture.ts";
import { diffInput, diffService } from "./service-diff.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "diff-"));
  const containerDefinitions = [{ name: "web", image: "<IMAGE1_NAME>" }];
  writeFileSync(join(folder, "taskdef.json"), JSON.stringify({ family: "web", revision: 1, containerDefinitions }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const web42 = {
  taskDefinitionArn: arn("web:42"),
  family: "web",
  revision: 42,
  containerDefinitions: [{ name: "web", image: "web:1", essential: true }],
};

async function diff(input: Record<string, unknown>, script: Partial<Script> = {}) {
  const before = service([deployment("1", "web:42")]);
  const aws = scriptedAws({ before, taskDefinition: web42, ...script }, new JumpingClock(0));
  const told: string[] = [];
  const parsed = diffInput.parse({
    "task-definition": join(folder, "taskdef.json"),
    service: "web",
    cluster: "ecs-demo",
    ...input,
  });
  const note = (line: string) => void told.push(line);
  const found = await diffService(aws.clients, parsed, { signal: new AbortController().signal, note });
  return { found, told, calls: aws.operations(), lines: serviceDiffLines(found) };
}

const reads = ["DescribeServices", "DescribeTaskDefinition"];

describe("diffService", () => {
  it("says what a deployment would change, in the deployment's own words, and only reads", async () => {
    const { found, calls, lines } = await diff({ image: "web:2", "desired-count": 3 });
    expect(found).toMatchObject({
      differs: true,
      taskDefinitionArn: arn("web:42"),
      changes: [{ path: "containerDefinitions[web].image", before: "web:1", after: "web:2" }],
      settings: [{ path: "desiredCount", before: "2", after: "3" }],
    });
    expect(lines).toEqual([
      "web on ecs-demo · rolling · us-east-1",
      "web:42 → a new revision of web",
      "  web image  web:1 → web:2",
      "  desired count  2 → 3",
    ]);
    expect(calls).toEqual(reads);
  });

  it("finds no difference where a deployment would change nothing, and tells what was left out of the file", async () => {
    const { found, told, calls, lines } = await diff({ image: "web:1", "desired-count": 2 });
    expect(found).toMatchObject({ differs: false, changes: [], settings: [] });
    expect(lines).toEqual(["web on ecs-demo · rolling · us-east-1", "web:42 stays"]);
    expect(told).toEqual(["taskdef.json: left out what only the API sets: revision"]);
    expect(found.notes).toEqual(told);
    expect(calls).toEqual(reads);
  });

  it("takes the overrides as a deployment does", async () => {
    const { found } = await diff({ image: "web:1", "environment-variables": ["LOG_LEVEL=debug"] });
    expect(found.changes).toEqual([
      { path: "containerDefinitions[web].environment[LOG_LEVEL]", before: undefined, after: "debug" },
    ]);
  });

  it("counts a number of tasks alone as a difference", async () => {
    const { found, lines } = await diff({ image: "web:1", "desired-count": 0 });
    expect(found).toMatchObject({ differs: true, changes: [] });
    expect(lines.slice(1)).toEqual(["web:42 stays", "  desired count  2 → 0"]);
  });

  it("does not call equal what it may not read: a deployment would register a revision", async () => {
    const { found, told } = await diff(
      { image: "web:1" },
      { taskDefinition: awsError("AccessDeniedException", "not authorized") },
    );
    expect(found).toMatchObject({ differs: true, changes: undefined });
    expect(told.at(-1)).toMatch(/^ecs:DescribeTaskDefinition is not allowed: what changes cannot be shown/);
  });

  it("shows a setting of the service that changes", async () => {
    const { found, lines } = await diff({
      image: "web:1",
      service: undefined,
      services: ["web"],
      "propagate-tags": "SERVICE",
    });
    expect(found).toMatchObject({
      differs: true,
      settings: [{ path: "propagateTags", before: "NONE", after: "SERVICE" }],
    });
    expect(lines.slice(1)).toEqual(["web:42 stays", "  propagateTags  NONE → SERVICE"]);
  });

  it("refuses what a deployment refuses", async () => {
    const before = service([deployment("1", "web:42")], { deploymentController: { type: "CODE_DEPLOY" } });
    await expect(diff({ image: "web:1" }, { before })).rejects.toMatchObject({ code: "STRATEGY_UNSUPPORTED" });
    await expect(diff({})).rejects.toMatchObject({ code: "TASK_DEFINITION_PLACEHOLDER_LEFT" });
  });
});

it("takes deployInput's fields by the same names, kinds and defaults, all but those of doing it", () => {
  const form = ({ name, kind, required, default: value }: (typeof diffInput.fields)[number]) => ({
    name,
    kind,
    required,
    value,
  });
  const left = /^(force-|wait-|on-|preflight$|max-retries$|record$|mask-account-ids$)/;
  expect(diffInput.fields.filter(({ name }) => name !== "exit-code").map(form)).toEqual(
    deployInput.fields.filter(({ name }) => !left.test(name)).map(form),
  );
});
