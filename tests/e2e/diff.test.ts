/** The verb `diff` as a process, from its source, against the local cloud. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import { bootstrapDefinition } from "../../demo/releases.ts";
import { Stage } from "./stage.fixture.ts";

let stage: Stage;
let folder: string;
let file: string;

beforeAll(async () => {
  stage = await Stage.set();
  folder = await mkdtemp(join(tmpdir(), "diff-verb-"));
  file = join(folder, "taskdef.json");
  await writeFile(file, JSON.stringify(await bootstrapDefinition()));
}, 60_000);
afterAll(async () => {
  await stage.strike();
  await rm(folder, { recursive: true });
});

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function diff(...flags: readonly string[]): Promise<Ran> {
  const { PATH, TMPDIR } = process.env;
  const env = {
    PATH,
    TMPDIR,
    AWS_ENDPOINT_URL: stage.cloud.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  const args = [resolve("scripts/cli.ts"), "diff", "--task-definition", file, "--cluster", CLUSTER, ...flags];
  return new Promise((done) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      done({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

const changed = ["--service", SERVICE, "--desired-count", "2", "--environment-variables", "APP_VERSION=9"];

describe("ecs-pipeline diff", () => {
  it("shows what a deployment would change by two reads, and changes nothing", async () => {
    const runs: Ran[] = [];
    const { ecs, mutating } = await stage.calls(async () => {
      runs.push(await diff(...changed));
    });
    expect(runs).toMatchObject([{ exitCode: 0, stderr: "" }]);
    expect(runs[0]?.stdout).toMatch(/^web on ecs-demo · rolling · us-east-1\n\S+:1 → a new revision of \S+\n/);
    expect(runs[0]?.stdout).toContain("\n  web environment  + APP_VERSION = 9\n");
    expect(runs[0]?.stdout).toContain("\n  desired count  0 → 2\n");
    expect(ecs).toEqual(["DescribeServices", "DescribeTaskDefinition"]);
    expect(mutating).toEqual([]);
  });

  it("says it by its exit code where that is asked for", async () => {
    const { exitCode, stdout } = await diff(...changed, "--exit-code", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      differs: true,
      service: SERVICE,
      settings: [{ path: "desiredCount", before: "0", after: "2" }],
    });
    expect(exitCode).toBe(1);
    const equal = await diff("--service", SERVICE, "--exit-code", "--json");
    expect(JSON.parse(equal.stdout)).toMatchObject({ differs: false, changes: [] });
    expect(equal.exitCode).toBe(0);
  });

  it("keeps what cannot be told apart from what differs", async () => {
    const asked = await diff("--service", "none", "--exit-code", "--json");
    expect(JSON.parse(asked.stdout)).toMatchObject({ error: { code: "ECS_SERVICE_NOT_FOUND" } });
    expect(asked.exitCode).toBe(2);
    expect((await diff("--service", "none")).exitCode).toBe(1);
  });
});
