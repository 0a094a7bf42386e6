import { chmod, lstat, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeLeftovers } from "../docker/leftovers.ts";
import { isAlive, ownerOf, statePrefix } from "./owner.ts";
import { endProcessesOf, killGroup } from "./processes.ts";

/** Of the fields of /proc/PID/stat that follow the name, from 0. */
const STARTED_AT = 19;
const OWNER_FILE = "owner";

/**
 * Makes the folder that holds everything a local cloud keeps: `ecs-pipeline-local-PID-XXXXXX`, readable by its owner
 * only. Its name says whose it is, so that {@link sweep} can tell what a dead machine left.
 *
 * @returns a real path: processes are found by it.
 */
export async function createStateFolder(parent: string = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(await realpath(parent), `${statePrefix}${process.pid}-`));
  await writeFile(join(folder, OWNER_FILE), (await identityOf(process.pid)) ?? "");
  return folder;
}

/** Kills the process groups and whatever else belongs to the state folder, in an engine too, then removes the folder. */
export async function reap(stateFolder: string, groups: Iterable<number>): Promise<void> {
  for (const group of groups) killGroup(group);
  await Promise.all([endProcessesOf(stateFolder), removeLeftovers(stateFolder)]);
  await remove(stateFolder).catch(async () => {
    await open(stateFolder);
    await remove(stateFolder);
  });
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
}

/** A task may have closed folders of its own to everybody, its user included. Links are not followed. */
async function open(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(entries.filter((entry) => entry.isDirectory()).map(({ name }) => open(join(folder, name))));
}

/**
 * Removes the state folders whose owner is dead: what is left where the machine, or local cloud and reaper together,
 * were killed. Folders of other users stay. One that cannot be removed does not keep the others.
 *
 * @returns the folders that it removed.
 * @throws {AggregateError} with what could not be removed, after all the others were.
 */
export async function sweep(parent: string = tmpdir()): Promise<string[]> {
  const swept: string[] = [];
  const failures: unknown[] = [];
  const place = await realpath(parent);
  for (const name of await readdir(place)) {
    const folder = join(place, name);
    const owner = ownerOf(folder);
    if (owner === undefined || !(await isOurs(folder)) || (await isOwned(folder, owner))) continue;
    await reap(folder, []).then(
      () => swept.push(folder),
      (error: unknown) => failures.push(error),
    );
  }
  if (failures.length > 0) throw new AggregateError(failures, `Not swept: ${failures.join("; ")}`);
  return swept;
}

/** Whether the process lives that made the folder, and not another one that got its number later. */
async function isOwned(folder: string, owner: number): Promise<boolean> {
  if (!isAlive(owner)) return false;
  const [recorded, now] = await Promise.all([read(join(folder, OWNER_FILE)), identityOf(owner)]);
  return recorded === undefined || recorded === "" || now === undefined || recorded === now;
}

/**
 * Tells a process from every other one that has, had or will have its number: the boot, and the time since then at which
 * it started. Not by the clock, which may be set. `undefined` where there is no /proc.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
async function identityOf(pid: number): Promise<string | undefined> {
  const [boot, stat] = await Promise.all([read("/proc/sys/kernel/random/boot_id"), read(`/proc/${pid}/stat`)]);
  // The program's name, in parentheses, may hold anything; what counts comes after the last one.
  const started = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[STARTED_AT];
  return boot === undefined || started === undefined ? undefined : `${boot.trim()} ${started}`;
}

function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Not a symbolic link and not somebody else's: the parent may be a folder that everybody can write to. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}
