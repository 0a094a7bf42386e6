import { posix } from "node:path";
import { ToolkitError } from "../../platform/errors.ts";
import { invalid, type Place } from "../dockerfile/place.ts";
import { matchesPattern, pathPattern } from "../path-pattern.ts";
import type { BuildContext, ContextNode } from "./build-context.ts";

/** A file or folder that a COPY names. */
export interface Source {
  /** In the context; where the COPY named a link, what it leads to. */
  readonly path: string;
  /** As the COPY named it: a copy into a folder is called so. */
  readonly name: string;
  readonly node: ContextNode;
}

/**
 * What a source of COPY names: one path, or what its wildcards match. A source that is itself a link stands for what it
 * leads to, as in Docker.
 *
 * @throws {ToolkitError} IMAGE_COPY_INVALID where it is not there, ignored or outside of the context
 */
export async function findSources(source: string, context: BuildContext, place: Place): Promise<Source[]> {
  const path = posix.normalize(source.replace(/^\/+/, "")).replace(/(?<=.)\/$/, "");
  if (path === ".." || path.startsWith("../")) throw outside(source, place);
  const paths = path === "." ? [""] : await matchParts(path.split("/"), context, place);
  const found: Source[] = [];
  for (const match of paths) {
    const node = await followed(match, source, context, place);
    if (node !== undefined) found.push(node);
  }
  if (found.length === 0) throw notFound(source, context, place);
  return found;
}

/** A wildcard never spans parts of a path, so part by part is enough. */
async function matchParts(parts: readonly string[], context: BuildContext, place: Place): Promise<string[]> {
  let paths = [""];
  for (const part of parts) {
    const next: string[] = [];
    for (const path of paths) {
      for (const name of await matchNames(path, part, context, place)) next.push(posix.join(path, name));
    }
    paths = next;
  }
  return paths;
}

async function matchNames(folder: string, part: string, context: BuildContext, place: Place): Promise<string[]> {
  if (!/[*?[\\]/.test(part)) return [part];
  const real = await context.follow(folder);
  if (real === undefined || (await context.find(real))?.type !== "directory") return [];
  try {
    const pattern = pathPattern(part, { acrossFolders: false });
    return (await context.list(real)).filter((name) => matchesPattern(name, pattern));
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(place, `"${part}" is no pattern: ${error.message}`);
    throw error;
  }
}

async function followed(
  path: string,
  source: string,
  context: BuildContext,
  place: Place,
): Promise<Source | undefined> {
  const node = await context.find(path);
  const real = await context.follow(path);
  if (real === undefined) {
    if (node !== undefined) throw outside(source, place);
    return undefined;
  }
  const target = real === path ? node : await context.find(real);
  // Not only the link's own name: what it leads to must belong to the context as well.
  if (node === undefined || target === undefined) return undefined;
  return { path: real, name: posix.basename(path), node: target };
}

function notFound(source: string, { description }: BuildContext, place: Place): ToolkitError {
  return new ToolkitError(
    "IMAGE_COPY_INVALID",
    `${place.file}:${place.line}: ${source}: not found in ${description}`,
    `Create ${source} where COPY looks for it, or correct line ${place.line} of ${place.file}.`,
  );
}

function outside(source: string, place: Place): ToolkitError {
  return new ToolkitError(
    "IMAGE_COPY_INVALID",
    `${place.file}:${place.line}: ${source}: leads out of the build context, or nowhere`,
    `Move ${source} into the context, or give a folder above it as the input context.`,
  );
}
