import { lstat, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { endProcessesOf, killGroup } from "./processes.ts";

const prefix = "ecs-pipeline-local-";

/**
 * Makes the folder that holds everything a local cloud keeps: `ecs-pipeline-local-PID-XXXXXX`, readable by its owner
 * only. Its name says whose it is, so that {@link sweep} can tell what a dead machine left.
 *
 * @returns a real path: processes are found by it.
 */
export async function createStateFolder(parent: string = tmpdir()): Promise<string> {
  return mkdtemp(join(await realpath(parent), `${prefix}${process.pid}-`));
}

/** The process id in a state folder's name; `undefined` when it is not the name of a state folder. */
export function ownerOf(stateFolder: string): number | undefined {
  const match = /^ecs-pipeline-local-([1-9]\d*)-[A-Za-z0-9]+$/.exec(basename(stateFolder));
  return match === null ? undefined : Number(match[1]);
}

/** Kills the process groups and whatever else belongs to the state folder, then removes the folder. */
export async function reap(stateFolder: string, groups: Iterable<number>): Promise<void> {
  for (const group of groups) killGroup(group);
  await endProcessesOf(stateFolder);
  await rm(stateFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
}

/**
 * Removes the state folders whose owner is dead: what is left where the machine, or local cloud and reaper together,
 * were killed. Folders of other users, and of a process id that lives (again), stay.
 *
 * @returns the folders that it removed.
 */
export async function sweep(parent: string = tmpdir()): Promise<string[]> {
  const swept: string[] = [];
  const place = await realpath(parent);
  for (const name of await readdir(place)) {
    const folder = join(place, name);
    const owner = ownerOf(folder);
    if (owner === undefined || isAlive(owner) || !(await isOurs(folder))) continue;
    await reap(folder, []);
    swept.push(folder);
  }
  return swept;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** Not a symbolic link and not somebody else's: the parent may be a folder that everybody can write to. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}
