import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The commit that is checked out in a folder, shortened as git does; `undefined` where git knows none. */
export async function currentCommit(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", folder, "rev-parse", "--short=12", "HEAD"]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
