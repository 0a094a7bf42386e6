import { readdir, readFile, readlink } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that starts others as fast as they are killed is given up after this many rounds. */
const maximumRounds = 100;
const pauseBetweenRoundsMs = 10;

/** Kills a process group; no error when nothing of it is left. */
export function killGroup(group: number): void {
  signal(-group, "SIGKILL");
}

/** Sends a signal to a process, or to a group by its negative number; no error when it has ended. */
export function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch (error) {
    // macOS answers EPERM for a group of which only zombies are left.
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM"))) throw error;
  }
}

/**
 * Kills every process that belongs to `folder`, also one that has left its process group: those whose working
 * directory lies in it, and those that were started with a path inside of it in their environment (a container's
 * PATH begins with one). Where there is no /proc it can find none.
 *
 * @throws {Error} when some are still there in the end.
 */
export async function endProcessesOf(folder: string): Promise<void> {
  for (let round = 0; round < maximumRounds; round += 1) {
    const found = await processesOf(folder);
    if (found.length === 0) return;
    for (const pid of found) signal(pid, "SIGKILL");
    await sleep(pauseBetweenRoundsMs);
  }
  throw new Error(`processes of ${folder} are left: ${(await processesOf(folder)).join(", ")}`);
}

/** The process ids of what belongs to `folder`, which must be a real path. */
export async function processesOf(folder: string): Promise<number[]> {
  const pids = (await entriesOf("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) if (pid !== process.pid && (await belongsTo(pid, `${folder}/`))) found.push(pid);
  return found;
}

async function belongsTo(pid: number, prefix: string): Promise<boolean> {
  const cwd = await readable(readlink(`/proc/${pid}/cwd`));
  if (cwd !== undefined && `${cwd}/`.startsWith(prefix)) return true;
  const environment = await readable(readFile(`/proc/${pid}/environ`));
  return environment?.includes(prefix) ?? false;
}

async function entriesOf(folder: string): Promise<string[]> {
  return (await readable(readdir(folder))) ?? [];
}

/** `undefined` for what has ended meanwhile, belongs to somebody else, or does not exist on this system. */
async function readable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES" || code === "EPERM") return undefined;
    throw error;
  }
}
