/** Recording by the built CLI: what it leaves alone, what it leaves out, and what is left of it however the run ends. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import { cliEnvironment } from "../../demo/cli.ts";
import { Job } from "../e2e/actions.fixture.ts";
import { type FailureRun, FailureStage } from "../failures/failure-stage.fixture.ts";
import { onceSaid, watching } from "../failures/release.ts";

const CLI = resolve(process.env.CLI_DIST ?? "scripts/dist/cli.js");
const waiting = ["--wait-until", "deployed"];

let stage: FailureStage;
let folder: string;
let releases = 0;

beforeAll(async () => {
  [stage, folder] = await Promise.all([
    FailureStage.set({ speed: 20, service: { desiredCount: 1 } }, "simulated"),
    mkdtemp(join(tmpdir(), "record-")),
  ]);
}, 60_000);
afterAll(async () => {
  await stage.strike();
  await rm(folder, { recursive: true });
});

function nextImage(script: object = {}): Promise<string> {
  releases += 1;
  return stage.image(`9.0.${releases}`, script);
}

/** `ecs-pipeline replay`, far from everything that the recorded run had. */
function replay(trace: string): FailureRun {
  const env = { PATH: process.env.PATH, AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_EC2_METADATA_DISABLED: "true" };
  const run = spawnSync(process.execPath, [CLI, "replay", trace, "--json"], { cwd: "/", env, encoding: "utf8" });
  return { exitCode: run.status ?? -1, result: JSON.parse(run.stdout), talk: run.stderr, mutating: [], calls: [] };
}

/** Times are real, and a replay computes faster: a second may have just passed. */
const withoutTimes = (talk: string) => talk.replace(/\d+:\d\d/g, "0:00");

it("changes neither verdict nor calls, and its trace shows the same without network, credentials and files", async () => {
  const trace = join(folder, "rolled-back.jsonl");
  const script = { exitsAfterSeconds: 1, exitCode: 3 };
  const flags = [...waiting, "--on-failure", "leave"];
  const recorded = await stage.deploy({ image: await nextImage(script), flags: [...flags, "--record", trace] });
  const plain = await stage.deploy({ image: await nextImage(script), flags });
  expect(recorded).toMatchObject({ exitCode: 1, result: { outcome: "rolled-back" } });
  expect(plain).toMatchObject({ exitCode: recorded.exitCode, result: { outcome: recorded.result.outcome } });
  expect(recorded.mutating).toEqual(plain.mutating);
  const replayed = replay(trace);
  expect(withoutTimes(replayed.talk)).toBe(withoutTimes(recorded.talk));
  expect(replayed.exitCode).toBe(recorded.exitCode);
  const { durationMs, timeline, ...result } = recorded.result;
  expect(replayed.result).toMatchObject({ ...result, differences: [] });
  expect(Math.abs(Number(replayed.result.durationMs) - Number(durationMs))).toBeLessThan(500);
  expect(replayed.result.timeline).toHaveLength((timeline as unknown[]).length);
});

it("has nothing of a secret in it, is for its owner only, and still replays: equal values are equal", async () => {
  const trace = join(folder, "secrets.jsonl");
  const environment = [
    { name: "DATABASE_URL", value: "postgres://app:planted-url@db/app" },
    { name: "FEATURE", value: "planted-feature" },
  ];
  const edit = (definition: object) => {
    const [container] = (definition as { containerDefinitions: object[] }).containerDefinitions;
    const planted = {
      dockerLabels: { note: "planted-label" },
      command: ["node", "server.js", "--token", "planted-word"],
      healthCheck: { command: ["CMD-SHELL", "check --password=planted-check"] },
    };
    return { ...definition, containerDefinitions: [{ ...container, ...planted }] };
  };
  const flags = [...waiting, "--environment-variables", "EXTRA=planted-extra", "--record", trace];
  const release = { image: await nextImage(), environment, edit, flags };
  expect(await stage.deploy(release)).toMatchObject({ exitCode: 0, result: { outcome: "deployed" } });
  const text = await readFile(trace, "utf8");
  expect(text).not.toContain("planted");
  expect(text).toContain("masked-1");
  expect(text).not.toMatch(/Authorization|x-amz-|AWS4-HMAC/i);
  expect((await stat(trace)).mode & 0o777).toBe(0o600);
  expect(replay(trace)).toMatchObject({ exitCode: 0, result: { outcome: "deployed", differences: [] } });
  // The same again changes nothing: what is equal behind the masks must be equal in front of them.
  const again = join(folder, "unchanged.jsonl");
  const unchanged = { ...release, flags: [...flags.slice(0, -1), again] };
  expect(await stage.deploy(unchanged)).toMatchObject({ result: { outcome: "unchanged" }, mutating: [] });
  expect(replay(again)).toMatchObject({ exitCode: 0, result: { outcome: "unchanged", differences: [] } });
});

it("masks account numbers where that is asked for, and replays with those that stand for them", async () => {
  const trace = join(folder, "accounts.jsonl");
  const flags = [...waiting, "--mask-account-ids", "--record", trace];
  await stage.deploy({ image: await nextImage(), flags });
  expect(await readFile(trace, "utf8")).not.toContain("000000000000");
  expect(replay(trace).result).toMatchObject({
    outcome: "deployed",
    differences: [],
    taskDefinitionArn: expect.stringContaining(":100000000001:"),
  });
});

it("is an input of the action, in the step's own folder", async () => {
  const job = await Job.begin();
  try {
    await job.write("taskdef.json", await readFile("taskdef.json", "utf8"));
    const target = { cluster: CLUSTER, service: SERVICE, "task-definition": "taskdef.json", image: await nextImage() };
    const given = { ...target, "wait-until": "deployed", record: "trace.jsonl", "mask-account-ids": "true" };
    const step = await job.uses("deploy", given, stage.endpoint);
    expect(step, step.log).toMatchObject({ exitCode: 0, outputs: { outcome: "deployed" } });
    const trace = join(job.workspace, "trace.jsonl");
    expect(await readFile(trace, "utf8")).not.toContain("000000000000");
    expect(replay(trace)).toMatchObject({ exitCode: 0, result: { outcome: "deployed", differences: [] } });
  } finally {
    await job.end();
  }
});

it("leaves a file alone that is there, before anything is called", async () => {
  const mine = join(folder, "mine");
  await writeFile(mine, "mine");
  const run = await stage.deploy({ image: await nextImage(), flags: ["--record", mine] });
  expect(run).toMatchObject({ exitCode: 2, result: { error: { code: "INPUT_INVALID" } }, calls: [] });
  expect(run.talk).toContain(mine);
  expect(await readFile(mine, "utf8")).toBe("mine");
});

it("goes on without the trace where the disk is full, and says so once", async () => {
  const trace = join(folder, "full.jsonl");
  const definition = join(folder, "taskdef.json");
  await writeFile(definition, await readFile("taskdef.json"));
  const target = ["--cluster", "ecs-demo", "--service", "web", "--task-definition", definition];
  const args = [...target, "--image", await nextImage(), ...waiting, "--record", trace];
  const run = spawnSync("bash", ["-c", 'ulimit -f 8; exec "$@"', "bash", process.execPath, CLI, "deploy", ...args], {
    env: cliEnvironment(stage.endpoint),
    encoding: "utf8",
  });
  expect(run.stderr.match(/the trace ends here/g), run.stderr).toHaveLength(1);
  expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining("deployed") });
  expect((await readFile(trace, "utf8")).at(-1)).toBe("\n");
  expect(replay(trace)).toMatchObject({ exitCode: 1, result: { error: { code: "TRACE_ENDED" } } });
});

it("has each attempt at a call that was throttled", async () => {
  const trace = join(folder, "throttled.jsonl");
  const image = await nextImage();
  await stage.faults({ kind: "throttle", service: "ecs", operations: ["UpdateService"], count: 2 });
  const recorded = await stage.deploy({ image, flags: [...waiting, "--record", trace] });
  await stage.faults();
  const events = (await readFile(trace, "utf8")).split("\n").filter((line) => line.includes("ThrottlingException"));
  expect(events.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ attempt: 1, error: expect.objectContaining({ message: "Rate exceeded", status: 400 }) }),
    expect.objectContaining({ attempt: 2 }),
  ]);
  expect(replay(trace)).toMatchObject({
    exitCode: recorded.exitCode,
    result: { outcome: recorded.result.outcome, differences: [] },
  });
});

describe("however the run ends", () => {
  const stuck = { startSeconds: 3600 };

  it("tells a SIGINT when it came", async () => {
    const trace = join(folder, "sigint.jsonl");
    const meanwhile = onceSaid(watching, (send) => send("SIGINT"));
    const flags = [...waiting, "--on-cancel", "rollback", "--record", trace];
    const recorded = await stage.deploy({ image: await nextImage(stuck), flags, meanwhile });
    expect(recorded).toMatchObject({ exitCode: 1, result: { outcome: "cancelled", rollbackRequested: true } });
    expect(await readFile(trace, "utf8")).toMatch(/"signal":"SIGINT"/);
    const replayed = replay(trace);
    expect(replayed).toMatchObject({
      exitCode: 1,
      result: { outcome: "cancelled", rollbackRequested: true, differences: [] },
    });
    expect(withoutTimes(replayed.talk)).toBe(withoutTimes(recorded.talk));
  });

  it("shows what a killed run had seen, and that it was killed", async () => {
    const trace = join(folder, "sigkill.jsonl");
    const meanwhile = onceSaid(watching, (send) => send("SIGKILL"));
    const image = await nextImage(stuck);
    await stage.deploy({ image, flags: [...waiting, "--record", trace], meanwhile });
    const replayed = replay(trace);
    expect(replayed).toMatchObject({ exitCode: 1, result: { error: { code: "TRACE_ENDED" }, differences: [] } });
    expect(replayed.talk).toMatch(/^change +registered ecs-demo:\d+$/m);
    expect(replayed.talk).toContain("the trace ends here, without a verdict");
  });
});
