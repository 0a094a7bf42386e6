import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endProcessesOf, processesOf } from "./processes.ts";
import { startReaper } from "./reaper.ts";
import { createStateFolder, sweep } from "./state-folder.ts";

const entry = fileURLToPath(new URL("main.ts", import.meta.url));
const reaperModule = new URL("reaper.ts", import.meta.url).href;
const stateFolderModule = new URL("state-folder.ts", import.meta.url).href;

let scratch: string;
const started: number[] = [];
beforeEach(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), "reaper-test-")));
});
afterEach(async () => {
  // A test that fails must not leave what it was about.
  for (const pid of started) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  await endProcessesOf(scratch);
  await rm(scratch, { recursive: true });
});

/**
 * An owner in a process of its own, as the local cloud is: it makes a state folder, starts a reaper, and a "container"
 * with a child in its group, one that left the group but not the folder, and one that left both.
 */
const ownerProgram = `
  import { spawn } from "node:child_process";
  import { mkdirSync } from "node:fs";
  const { startReaper } = await import(${JSON.stringify(reaperModule)});
  const { createStateFolder } = await import(${JSON.stringify(stateFolderModule)});
  const stateFolder = await createStateFolder(${"process.argv[1]"});
  const reaper = await startReaper({ entry: ${JSON.stringify(entry)}, stateFolder });
  const forever = "setInterval(() => {}, 1000)";
  const family = \`
    const { spawn } = require("node:child_process");
    const start = (options) => spawn(process.execPath, ["-e", \${JSON.stringify(forever)}], { stdio: "ignore", ...options }).pid;
    const pids = [process.pid, start({}), start({ detached: true }), start({ detached: true, cwd: "/" })];
    process.send(pids);
    \${forever}\`;
  const main = spawn(process.execPath, ["-e", family], {
    cwd: stateFolder,
    env: { PATH: stateFolder + "/containers/one/bin" },
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  reaper.group(main.pid);
  main.once("message", (pids) => console.log(JSON.stringify({ stateFolder, pids })));
`;

interface Owner {
  readonly child: ChildProcess;
  readonly stateFolder: string;
  readonly pids: number[];
}

async function startOwner(): Promise<Owner> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", ownerProgram, scratch], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  return { child, ...JSON.parse(String(line)) };
}

describe("the reaper", () => {
  it.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)("leaves nothing when its owner ends by %s", async (signal) => {
    const { child, stateFolder, pids } = await startOwner();
    expect(pids.map(isAlive)).toEqual([true, true, true, true]);
    child.kill(signal);
    await until(async () => !pids.some(isAlive) && !(await exists(stateFolder)));
    expect(await readdir(scratch)).toEqual([]);
  });

  it("closes by ending what is left, its own process last", async () => {
    const stateFolder = await createStateFolder(scratch);
    const reaper = await startReaper({ entry, stateFolder });
    const task = forever(stateFolder);
    reaper.group(task);
    await reaper.close();
    await until(() => !isAlive(task));
    expect(await readdir(scratch)).toEqual([]);
  });

  it("spares a group that it was told to forget", async () => {
    const stateFolder = await createStateFolder(scratch);
    const reaper = await startReaper({ entry, stateFolder });
    const bystander = forever("/");
    reaper.group(bystander);
    reaper.forget(bystander);
    await reaper.close();
    expect(isAlive(bystander)).toBe(true);
  });

  it("is not needed for closing: when it was killed, the owner does its work", async () => {
    const stateFolder = await createStateFolder(scratch);
    const reaper = await startReaper({ entry, stateFolder });
    const task = forever(stateFolder);
    reaper.group(task);
    process.kill(await reaperOf(stateFolder), "SIGKILL");
    await reaper.close();
    await until(() => !isAlive(task));
    expect(await readdir(scratch)).toEqual([]);
  });

  it("ignores the signals that end everything in the foreground", async () => {
    const stateFolder = await createStateFolder(scratch);
    const reaper = await startReaper({ entry, stateFolder });
    const pid = await reaperOf(stateFolder);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(pid, signal);
    await writeFile(join(stateFolder, "state"), "");
    await sleep(50);
    expect(isAlive(pid)).toBe(true);
    await reaper.close();
    expect(await readdir(scratch)).toEqual([]);
  });

  it("does not start for a folder that is none of ours", async () => {
    await expect(startReaper({ entry, stateFolder: scratch })).rejects.toThrow(
      `not a state folder of the local cloud: ${scratch}`,
    );
    await expect(startReaper({ entry: join(scratch, "none.js"), stateFolder: scratch })).rejects.toThrow(
      "Cannot find module",
    );
  });
});

describe("a sweep", () => {
  it("removes what dead owners left, processes and folder, and nothing else", async () => {
    const dead = await endedProcess();
    const left = join(scratch, `ecs-pipeline-local-${dead}-AbC123`);
    const others = [
      "ecs-pipeline-local-1-AbC123",
      `ecs-pipeline-local-${process.pid}-AbC123`,
      `ecs-pipeline-local-${dead}-..x`,
      "other",
    ];
    for (const folder of [left, ...others.map((name) => join(scratch, name))])
      await mkdir(join(folder, "containers"), { recursive: true });
    await symlink(join(scratch, "other"), join(scratch, `ecs-pipeline-local-${dead}-link`));
    const task = forever(join(left, "containers"));
    expect(await sweep(scratch)).toEqual([left]);
    await until(() => !isAlive(task));
    expect((await readdir(scratch)).sort()).toEqual([...others, `ecs-pipeline-local-${dead}-link`].sort());
  });
});

describe("a sweep of hostile folders", () => {
  const folderOf = (owner: number) => join(scratch, `ecs-pipeline-local-${owner}-AbC123`);

  it("removes that of an owner whose number is another process's now, and spares that of one who lives", async () => {
    const other = forever("/");
    await mkdir(folderOf(other));
    expect(await sweep(scratch)).toEqual([]);
    await writeFile(join(folderOf(other), "owner"), "another boot 4711");
    const own = await createStateFolder(scratch);
    expect(await sweep(scratch)).toEqual([folderOf(other)]);
    expect(isAlive(other)).toBe(true);
    expect(await readdir(scratch)).toEqual([basename(own)]);
  });

  it("removes what a task closed to everybody, and follows none of its links", async () => {
    const victim = join(scratch, "victim");
    await mkdir(victim, { mode: 0o755 });
    await writeFile(join(victim, "file"), "untouched");
    // Root may open what is closed: only another user shows whether the sweep does.
    const program = `
      import { chmod, mkdir, symlink } from "node:fs/promises";
      import { sweep } from ${JSON.stringify(new URL("./state-folder.ts", import.meta.url).href)};
      const left = process.argv[1] + "/ecs-pipeline-local-${await endedProcess()}-AbC123";
      await mkdir(left + "/rootfs/closed/inner", { recursive: true });
      await symlink(${JSON.stringify(victim)}, left + "/rootfs/closed/link");
      await chmod(left + "/rootfs/closed/inner", 0);
      await chmod(left + "/rootfs/closed", 0);
      await chmod(left + "/rootfs", 0o500);
      console.log((await sweep(process.argv[1])).length);`;
    await chmod(scratch, 0o777);
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const child = spawn(process.execPath, ["--input-type=module", "-e", program, scratch], {
      ...user,
      stdio: ["ignore", "pipe", "inherit"],
    });
    expect(String((await once(child.stdout, "data"))[0])).toBe("1\n");
    expect(await readdir(scratch)).toEqual(["victim"]);
    expect(await readFile(join(victim, "file"), "utf8")).toBe("untouched");
  });

  it("makes a folder that only its owner can read", async () => {
    expect((await stat(await createStateFolder(scratch))).mode & 0o777).toBe(0o700);
  });
});

describe("the processes of a folder", () => {
  it("are those in it and those with it in their environment", async () => {
    const folder = join(scratch, "one");
    await mkdir(folder);
    await mkdir(join(scratch, "one-more"));
    const inside = forever(folder);
    const named = forever("/", { PATH: `${folder}/bin` });
    forever(join(scratch, "one-more"));
    forever("/", { PATH: `${folder}-more/bin` });
    await until(async () => (await processesOf(scratch)).length === 4);
    expect((await processesOf(folder)).sort()).toEqual([inside, named].sort());
  });
});

function forever(cwd: string, env: Record<string, string> = {}): number {
  const { pid } = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    cwd,
    env,
    detached: true,
    stdio: "ignore",
  });
  if (pid === undefined) throw new Error("did not start");
  started.push(pid);
  return pid;
}

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? 0;
}

/** The reaper carries the state folder as its argument only. */
async function reaperOf(stateFolder: string): Promise<number> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.split("\0").includes(stateFolder) && command.includes(entry)) return Number(pid);
  }
  throw new Error("no reaper");
}

/** A zombie is dead: it waits for whatever process 1 is here to collect it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("not within 10 s");
    await sleep(20);
  }
}
