import { lstat, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeLeftovers } from "../docker/leftovers.ts";
import { isAlive, ownerOf, statePrefix } from "./owner.ts";
import { endProcessesOf, killGroup } from "./processes.ts";

/**
 * Makes the folder that holds everything a local cloud keeps: `ecs-pipeline-local-PID-XXXXXX`, readable by its owner
 * only. Its name says whose it is, so that {@link sweep} can tell what a dead machine left.
 *
 * @returns a real path: processes are found by it.
 */
export async function createStateFolder(parent: string = tmpdir()): Promise<string> {
  return mkdtemp(join(await realpath(parent), `${statePrefix}${process.pid}-`));
}

/** Kills the process groups and whatever else belongs to the state folder, in an engine too, then removes the folder. */
export async function reap(stateFolder: string, groups: Iterable<number>): Promise<void> {
  for (const group of groups) killGroup(group);
  await Promise.all([endProcessesOf(stateFolder), removeLeftovers(stateFolder)]);
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

/** Not a symbolic link and not somebody else's: the parent may be a folder that everybody can write to. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}
