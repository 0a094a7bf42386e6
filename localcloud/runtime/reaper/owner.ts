/** Whose a state folder is: its name says so, and everything that a local cloud leaves elsewhere carries that name. */
import { basename } from "node:path";

export const statePrefix = "ecs-pipeline-local-";

/** The process id in a state folder's name; `undefined` when it is not the name of a state folder. */
export function ownerOf(stateFolder: string): number | undefined {
  const match = /^ecs-pipeline-local-([1-9]\d*)-[A-Za-z0-9]+$/.exec(basename(stateFolder));
  return match === null ? undefined : Number(match[1]);
}

/** Of another user's process, too, it is known whether it lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
