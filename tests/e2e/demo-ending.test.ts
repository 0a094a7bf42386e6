/** However the demo is ended, nothing of it is left: no process, no file, no container. Linux only, where /proc tells. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { labelled } from "../../localcloud/runtime/docker/labels.ts";
import { describeWithEngine, engine } from "../engine.fixture.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-ending-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Processes that were given the folder as their TMPDIR, or have it among their arguments. */
async function processes(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const read = (path: string) => readFile(path, "utf8").catch(() => "");
  const told = await Promise.all(
    pids.map(async (pid) => ({
      told: (await read(`/proc/${pid}/environ`)) + (await read(`/proc/${pid}/cmdline`)),
      pid,
    })),
  );
  return told.filter(({ told }) => told.includes(folder)).map(({ pid }) => pid);
}

/** Polls until nothing is left; answers what is left after ten seconds. */
async function left(): Promise<{ processes: string[]; files: string[] }> {
  const look = async () => ({ processes: await processes(), files: await readdir(folder) });
  let found = await look();
  for (
    const deadline = Date.now() + 10_000;
    found.processes.length + found.files.length > 0 && Date.now() < deadline;
  ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    found = await look();
  }
  return found;
}

/** Starts it and waits until its second deployment is under way. */
async function startDemo(environment: NodeJS.ProcessEnv) {
  const demo = spawn(process.execPath, ["demo/demo.ts"], {
    env: { ...process.env, ...environment, TMPDIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(demo, "close") as Promise<[number | null]>;
  await new Promise<void>((resolve) => {
    let shown = "";
    demo.stdout.on("data", (chunk: Buffer) => {
      shown += chunk;
      const second = shown.indexOf("deploy 2.0.0 under traffic");
      if (second !== -1 && shown.includes("updated service web", second)) resolve();
    });
  });
  return { demo, ended };
}

describe.skipIf(!existsSync("/proc/self/environ"))("the demo", () => {
  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "leaves nothing behind when %s ends it in the middle",
    async (signal) => {
      const { demo, ended } = await startDemo({ DOCKER_HOST: "unix:///nonexistent.sock" });
      expect((await processes()).length).toBeGreaterThan(3);
      demo.kill(signal);
      const [exitCode] = await ended;
      expect(exitCode).not.toBe(0);
      expect(await left()).toEqual({ processes: [], files: [] });
    },
    60_000,
  );
});

describeWithEngine("the demo with containers", () => {
  it("leaves nothing in the engine either, when SIGKILL ends it in the middle", async () => {
    const { demo, ended } = await startDemo({});
    const [stateFolder = ""] = (await readdir(folder)).filter((name) => name.startsWith("ecs-pipeline-local-"));
    expect((await labelled(engine(), "containers", stateFolder)).length).toBeGreaterThan(1);
    demo.kill("SIGKILL");
    await ended;
    expect(await left()).toEqual({ processes: [], files: [] });
    expect(await labelled(engine(), "containers", stateFolder)).toEqual([]);
  }, 120_000);
});
