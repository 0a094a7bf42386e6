import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolkitError } from "../platform/errors.ts";
import { removeLeftFolders, workFolderPrefix } from "./left-folders.ts";

/**
 * Runs an action with an empty folder for layers, and removes it afterwards; those of builds that were killed too.
 *
 * @throws what the action throws; ToolkitError IMAGE_WORK_FOLDER_UNUSABLE where the folder is what failed
 */
export async function inWorkFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const parent = tmpdir();
  try {
    await removeLeftFolders(parent);
    const folder = await mkdtemp(join(parent, `${workFolderPrefix}${process.pid}-`));
    try {
      return await action(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    throw isFileSystemError(error) ? unusable(parent, error) : error;
  }
}

/** Errors of the context's files are ToolkitErrors by then, and those of the network have other codes. */
const codes = new Set("EACCES EDQUOT EIO EMFILE ENOENT ENOSPC ENOTDIR EPERM EROFS".split(" "));

function isFileSystemError(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof ToolkitError) && "code" in error && codes.has(String(error.code));
}

function unusable(parent: string, cause: Error): ToolkitError {
  return new ToolkitError(
    "IMAGE_WORK_FOLDER_UNUSABLE",
    `the temporary folder ${parent} cannot be used: ${cause.message}`,
    `Make room in ${parent}, or set TMPDIR to a folder with room for the image's layers.`,
    { cause },
  );
}
