/** The built CLI's verb `local`, as a process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-verb-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

function local(...args: string[]) {
  return localWith({}, ...args);
}

function localWith(environment: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, ["scripts/dist/cli.js", "local", ...args], {
    env: { ...process.env, TMPDIR: folder, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.push(child);
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    said.stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said.stderr += chunk;
  });
  const ended = once(child, "close").then(([exitCode, signal]) => ({ exitCode, signal, ...said }));
  const ready = async () => {
    while (!said.stdout.includes("http://127.0.0.1:")) await once(child.stdout, "data");
    return /http:\/\/127\.0\.0\.1:\d+/.exec(said.stdout)?.[0] ?? "";
  };
  return { child, ended, ready };
}

/** Polls, because the reaper's work outlives the process that was killed. */
async function emptied(): Promise<boolean> {
  for (
    const deadline = Date.now() + 10_000;
    Date.now() < deadline;
    await new Promise((resolve) => setTimeout(resolve, 50))
  )
    if ((await readdir(folder)).length === 0) return true;
  return false;
}

describe("ecs-pipeline local", () => {
  it("says how to reach it, answers, and is gone when it is asked to end", async () => {
    const { child, ended, ready } = local("--port", "0");
    const endpoint = await ready();
    expect((await fetch(`${endpoint}/_localcloud/journal`)).status).toBe(200);
    expect(await readdir(folder)).toHaveLength(1);
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`export AWS_ENDPOINT_URL=${endpoint}`),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("says what runs its tasks, and why", async () => {
    const asked = local("--port", "0", "--runtime", "process");
    await asked.ready();
    asked.child.kill("SIGTERM");
    expect((await asked.ended).stdout).toContain("Its tasks run as processes, as asked.\n");

    const none = { DOCKER_HOST: "unix:///nonexistent.sock" };
    const chosen = localWith(none, "--port", "0");
    await chosen.ready();
    chosen.child.kill("SIGTERM");
    expect((await chosen.ended).stdout).toContain(
      "Its tasks run as processes; no Docker engine can be used: Cannot connect to the Docker daemon at unix:///nonexistent.sock",
    );

    const refused = localWith(none, "--port", "0", "--runtime", "docker");
    const { exitCode, stderr } = await refused.ended;
    expect(stderr).toMatch(
      /^error {4}LOCAL_NOT_STARTED .*no Docker engine can be used.*\nfix {6}Start a Docker engine/,
    );
    expect(exitCode).toBe(1);
    expect(await emptied()).toBe(true);
  });

  it("leaves nothing when it is killed", async () => {
    const { child, ended, ready } = local("--port", "0", "--json");
    await ready();
    child.kill("SIGKILL");
    await ended;
    expect(await emptied()).toBe(true);
  });

  it("ends with its standard input where a program asks for that", async () => {
    const { child, ended, ready } = local("--port", "0", "--until-stdin-ends");
    await ready();
    child.stdin.end();
    expect(await ended).toMatchObject({ exitCode: 0 });
    expect(await readdir(folder)).toEqual([]);
  });

  it("says that its port is taken, and by what to go on", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const run = await local("--port", String(port)).ended;
    other.close();
    expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("LOCAL_PORT_IN_USE") });
    expect(run.stderr).toContain(`port ${port}`);
    expect(await emptied()).toBe(true);
  });
});
