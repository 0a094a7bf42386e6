import { lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ToolkitError } from "../../platform/errors.ts";
import { readUpTo } from "../../platform/read-up-to.ts";
import type { Owner } from "../layer/layer-entry.ts";
import { type IgnoreRules, ignoreRules } from "./dockerignore.ts";

/** Something that COPY may take. Owner and mode are an image's; files of a context have none that matter. */
export type ContextNode = { readonly owner?: Owner; readonly mode?: number } & (
  | { readonly type: "directory" }
  /** `file` is its path on disk, `size` in bytes. */
  | { readonly type: "file"; readonly file: string; readonly size: number; readonly executable: boolean }
  | { readonly type: "symlink"; readonly target: string }
);

/**
 * The folder that COPY copies from, without what .dockerignore leaves out.
 * Paths are relative to it, with slashes; the folder itself is the empty path.
 */
export interface BuildContext {
  /** What it is, for errors. */
  readonly description: string;
  /** @throws {ToolkitError} IMAGE_CONTEXT_INVALID for what no image can hold (sockets, devices) */
  find(path: string): Promise<ContextNode | undefined>;
  /** The names in a folder, in a fixed order. */
  list(path: string): Promise<string[]>;
  /** Where a path leads when links are followed; `undefined` where that is nowhere, or outside of the context. */
  follow(path: string): Promise<string | undefined>;
}

/**
 * Opens a build context with the Dockerfile's own ignore file (`NAME.dockerignore` beside it) or the context's
 * .dockerignore.
 *
 * @throws {ToolkitError} IMAGE_CONTEXT_INVALID
 */
export async function openContext(folder: string, dockerfile: string): Promise<BuildContext> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) {
    throw contextInvalid(folder, "is no folder", `Give an existing folder as the input context, not ${folder}.`);
  }
  const ignore = await readIgnoreRules(folder, dockerfile);
  return new FolderContext(root, ignore);
}

function contextInvalid(path: string, why: string, remedy: string): ToolkitError {
  return new ToolkitError("IMAGE_CONTEXT_INVALID", `${path}: ${why}`, remedy);
}

/** Of a Dockerfile and an ignore file. */
const maxTextBytes = 1024 * 1024;

async function readIgnoreRules(folder: string, dockerfile: string): Promise<IgnoreRules> {
  for (const file of [`${dockerfile}.dockerignore`, join(folder, ".dockerignore")]) {
    const text = await readOptional(file);
    if (text === undefined) continue;
    try {
      return ignoreRules(text);
    } catch (error) {
      if (error instanceof SyntaxError) throw contextInvalid(file, error.message, `Correct the pattern in ${file}.`);
      throw error;
    }
  }
  return ignoreRules("");
}

/** @throws {ToolkitError} IMAGE_CONTEXT_INVALID where it cannot be read, or is no file that a person wrote */
async function readOptional(file: string): Promise<string | undefined> {
  try {
    const bytes = await readUpTo(file, maxTextBytes + 1);
    if (bytes.length > maxTextBytes) throw contextInvalid(file, "is over 1 MiB", `Name another file than ${file}.`);
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof ToolkitError) throw error;
    if (errorCode(error) === "ENOENT") return undefined;
    throw contextInvalid(file, `cannot be read: ${errorCode(error)}`, `Make ${file} readable.`);
  }
}

class FolderContext implements BuildContext {
  readonly description = "the build context, or left out by .dockerignore";
  readonly #root: string;
  readonly #ignore: IgnoreRules;

  constructor(root: string, ignore: IgnoreRules) {
    this.#root = root;
    this.#ignore = ignore;
  }

  async find(path: string): Promise<ContextNode | undefined> {
    const file = join(this.#root, path);
    const found = await missingAsUndefined(lstat(file));
    if (found === undefined) return undefined;
    if (found.isDirectory()) return (await this.#belongs(path)) ? { type: "directory" } : undefined;
    if (path !== "" && this.#ignore.ignores(path)) return undefined;
    if (found.isSymbolicLink()) return { type: "symlink", target: await readlink(file) };
    if (!found.isFile()) {
      throw contextInvalid(file, "is neither file, folder nor link", `Move ${file} away or add it to .dockerignore.`);
    }
    return { type: "file", file, size: found.size, executable: (found.mode & 0o100) !== 0 };
  }

  /** An ignored folder belongs to the context where something in it does. */
  async #belongs(folder: string): Promise<boolean> {
    if (folder === "" || !this.#ignore.ignores(folder)) return true;
    if (!this.#ignore.mayTakeInBelow(folder)) return false;
    for (const name of await this.list(folder)) {
      if ((await this.find(`${folder}/${name}`)) !== undefined) return true;
    }
    return false;
  }

  async list(path: string): Promise<string[]> {
    try {
      return (await readdir(join(this.#root, path))).sort();
    } catch (error) {
      throw unreadable(error);
    }
  }

  async follow(path: string): Promise<string | undefined> {
    const real = await missingAsUndefined(realpath(join(this.#root, path)));
    if (real === undefined) return undefined;
    const inside = relative(this.#root, real);
    const escapes = inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside);
    return escapes ? undefined : inside.split(sep).join("/");
  }
}

async function missingAsUndefined<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return undefined;
    throw unreadable(error);
  }
}

function unreadable(error: unknown): ToolkitError {
  const why = error instanceof Error ? error.message : String(error);
  return new ToolkitError("IMAGE_CONTEXT_INVALID", why, "Make the files of the build context readable.", {
    cause: error,
  });
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

/**
 * Reads the Dockerfile of a build.
 *
 * @param file its path; by default `Dockerfile` in the context
 * @throws {ToolkitError} IMAGE_CONTEXT_INVALID
 */
export async function readDockerfile(
  context: string,
  file: string | undefined,
): Promise<{ readonly text: string; readonly path: string; readonly name: string }> {
  const path = resolve(file ?? join(context, "Dockerfile"));
  const text = await readOptional(path);
  if (text === undefined) {
    throw contextInvalid(path, "no such Dockerfile", "Create it, or name another one with the input file.");
  }
  return { text, path, name: file ?? basename(path) };
}
