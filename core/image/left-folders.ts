import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** What the temporary folders of builds are called; the process that made one follows. */
export const workFolderPrefix = "ecs-pipeline-image-";
export const passwordFolderPrefix = "ecs-pipeline-docker-";

const named = new RegExp(`^(?:${workFolderPrefix}|${passwordFolderPrefix})(\\d+)-`);

/**
 * Removes the temporary folders of builds that were killed, so that they could not do so themselves: those of this user
 * whose process is gone. What cannot be removed is left.
 */
export async function removeLeftFolders(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const [, pid] = named.exec(name) ?? [];
    const folder = join(parent, name);
    if (pid === undefined || isAlive(Number(pid)) || !(await isOwn(folder))) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function isOwn(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  return found?.uid === process.getuid?.();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
