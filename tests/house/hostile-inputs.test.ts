/** Names that a shell would run, in every input that takes a text: they are names, and nothing comes of them. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InputField } from "../../core/platform/input.ts";
import { clientConfig } from "../../demo/bootstrap.ts";
import { type CloudProcess, runCli, startCloudProcess } from "../../demo/cli.ts";
import { build } from "../../scripts/commands/build.ts";
import { deploy } from "../../scripts/commands/deploy.ts";
import { render } from "../../scripts/commands/render.ts";
import { describeWithEngine, testLabel } from "../engine.fixture.ts";

const containerDefinitions = [{ name: "web", image: "web:1", memory: 128 }];
let folder: string;
let cloud: CloudProcess;

/** What this would leave behind, run by a shell, are files in the working directory. */
const mark = "made-by-a-shell-";
const command = `;touch ${mark}1;$(touch ${mark}2)\`touch ${mark}3\`
 touch ${mark}4
|touch ${mark}5 &>${mark}6 %0atouch ${mark}7`;
/** The same taken for a flag, where a name is an argument of another program or a path. */
const flag = `--output=${mark}8`;
const flagged = ["cluster", "context", "file", "image", "repository", "service", "tag", "target", "task-definition"];

/** Inputs that are names and values. */
const pairs = [
  "build-args",
  "docker-labels",
  "environment-variables",
  "images",
  "labels",
  "log-configuration-options",
  "secret-files",
  "secrets",
  "task-definition-tags",
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hostile-inputs-"));
  cloud = await startCloudProcess("simulated");
  const config = clientConfig(cloud.endpoint);
  await new ECRClient(config).send(new CreateRepositoryCommand({ repositoryName: "web" }));
  const ecs = new ECS(config);
  await ecs.createCluster({});
  await ecs.registerTaskDefinition({ family: "web", containerDefinitions });
  await ecs.createService({ serviceName: "web", taskDefinition: "web", desiredCount: 0 });
});
afterAll(async () => {
  await cloud.end();
  await rm(folder, { recursive: true });
});

const verbs: readonly (readonly [
  name: string,
  fields: readonly InputField[],
  needed: Readonly<Record<string, string>>,
])[] = [
  ["build", build.input.fields, { repository: "web", tag: "1", context: "context" }],
  ["render", render.input.fields, { "task-definition": "taskdef.json" }],
  ["deploy", deploy.input.fields, { "task-definition": "taskdef.json", service: "web" }],
];

/** The inputs of a verb that take any text. */
function textInputs(fields: readonly InputField[]): string[] {
  return fields
    .filter(({ kind, choices }) => kind !== "boolean" && kind !== "number" && choices === undefined)
    .map(({ name }) => name);
}

async function workingDirectory(name: string): Promise<string> {
  const place = join(folder, name);
  await mkdir(join(place, "context"), { recursive: true });
  await writeFile(join(place, "taskdef.json"), JSON.stringify({ family: "web", containerDefinitions }));
  await writeFile(join(place, "context", "Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
  return place;
}

/** Gives the input each of the values beside what is needed; the verb takes or refuses it, and nothing else happens. */
async function giveHostile(
  verb: string,
  inputs: readonly string[],
  needed: Readonly<Record<string, string>>,
  flags: string[],
) {
  const place = await workingDirectory(`${verb}-${needed.builder ?? ""}`);
  const before = await readdir(place, { recursive: true });
  const attempts = inputs.flatMap((input) =>
    [command, ...(flagged.includes(input) ? [flag] : [])].map((value) => ({
      ...needed,
      [input]: pairs.includes(input) ? `web=${value}` : value,
    })),
  );
  const runOne = async (attempt: Readonly<Record<string, string>>) => {
    const args = Object.entries(attempt).map(([name, value]) => `--${name}=${value}`);
    const { exitCode, talk } = await runCli([verb, ...args, ...flags], cloud.endpoint, { cwd: place });
    expect([0, 1, 2], talk).toContain(exitCode);
    expect(talk).not.toMatch(/TypeError|RangeError|\n {4}at /);
    return exitCode;
  };
  const exitCodes: number[] = [];
  for (let at = 0; at < attempts.length; at += 4)
    exitCodes.push(...(await Promise.all(attempts.slice(at, at + 4).map(runOne))));
  // Some are taken, so that it is not the first check alone that all of them met.
  expect(exitCodes).toContain(0);
  // The file of `record` is asked for, by that very name.
  const left = (await readdir(place, { recursive: true })).filter((name) => name !== command);
  expect(left).toEqual(before);
}

describe.each(verbs)("%s", (verb, fields, needed) => {
  it("takes what a shell would run, in each of its inputs, for a name", async () => {
    await giveHostile(verb, textInputs(fields), needed, []);
  }, 180_000);
});

describeWithEngine("build by Docker", () => {
  it("takes what a shell would run, in each input that reaches the docker program, for a name", async () => {
    const inputs = ["target", "file", "build-args", "labels", "cache-from", "secret-files", "context"];
    const labels = Object.entries(testLabel()).map(([name, value]) => `--labels=${name}=${value}`);
    await giveHostile("build", inputs, { repository: "web", tag: "2", context: "context", builder: "docker" }, labels);
  }, 180_000);
});

describe("files and folders with such names", () => {
  it.each([
    "$(touch made-by-a-shell-9).json",
    ";touch made-by-a-shell-9;.json",
    "-rf.json",
    "--help.yaml",
    "`x` 'y' \"z\".json",
    "a\nb.json",
  ])("%j is a task definition like any other", async (name) => {
    const place = await workingDirectory(`file-${Buffer.from(name).toString("hex")}`);
    await writeFile(
      join(place, name),
      JSON.stringify({ family: "web", containerDefinitions: [{ name: "web", image: "web:1" }] }),
    );
    const before = await readdir(place);
    const { exitCode, result, talk } = await runCli(["render", `--task-definition=${name}`], cloud.endpoint, {
      cwd: place,
    });
    expect(exitCode, talk).toBe(0);
    expect(result).toMatchObject({ family: "web" });
    expect(await readdir(place)).toEqual(before);
  });
});
