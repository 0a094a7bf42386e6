import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { passwordFolderPrefix } from "../left-folders.ts";

/**
 * Removes the folder of a registry's password that a build which was killed could not remove itself.
 *
 * @param folder as the build told it; anything that is no such folder is left alone
 */
export async function removePasswordFolder(folder: string): Promise<void> {
  if (basename(folder).startsWith(passwordFolderPrefix)) await rm(folder, { recursive: true, force: true });
}
