import { posix } from "node:path";
import type { BuildContext, ContextNode } from "../context/build-context.ts";
import { findSources, type Source } from "../context/find-sources.ts";
import { invalid, type Place } from "../dockerfile/place.ts";
import { type ImageFiles, LinkLoop } from "./image-files.ts";
import type { LayerEntry, Owner } from "./layer-entry.ts";

/** A COPY with its variables replaced. */
export interface Copy {
  readonly place: Place;
  readonly sources: readonly string[];
  readonly destination: string;
  /** Who is to own everything; by default root, or, from an image, who does there. */
  readonly owner: Owner | undefined;
  /** By default the one of a context's files, or, from an image, theirs. */
  readonly mode: number | undefined;
  /** What a relative destination is relative to; absolute. */
  readonly workingDirectory: string;
}

const root: Owner = { uid: 0, gid: 0 };

/**
 * The layer that a COPY makes, as Docker makes it: a folder's content rather than the folder, into the destination
 * where that is a folder or ends with a slash, missing folders created on the way, links in the image followed, links
 * in the context kept. Puts what it copies into `files`.
 *
 * @throws {ToolkitError} IMAGE_COPY_INVALID, IMAGE_DOCKERFILE_INVALID, IMAGE_CONTEXT_INVALID
 */
export async function copyEntries(copy: Copy, context: BuildContext, files: ImageFiles): Promise<LayerEntry[]> {
  const found: Source[] = [];
  for (const source of copy.sources) found.push(...(await findSources(source, context, copy.place)));
  const folder = /(^|\/)\.?$/.test(copy.destination);
  if ((copy.sources.length > 1 || found.length > 1) && !folder && !isFolder(copy, files)) {
    throw invalid(copy.place, "the destination of several sources must be a directory and end with a /");
  }
  const layer = new CopyLayer(copy, context, files);
  for (const source of found) await layer.add(source, folder);
  return layer.entries();
}

function destinationOf(copy: Copy): string {
  return posix.resolve("/", copy.workingDirectory, copy.destination);
}

function isFolder(copy: Copy, files: ImageFiles): boolean {
  return files.find(resolveIn(files, destinationOf(copy), copy.place))?.type === "directory";
}

class CopyLayer {
  readonly #entries = new Map<string, LayerEntry>();
  readonly #copy: Copy;
  readonly #context: BuildContext;
  readonly #files: ImageFiles;

  constructor(copy: Copy, context: BuildContext, files: ImageFiles) {
    this.#copy = copy;
    this.#context = context;
    this.#files = files;
  }

  entries(): LayerEntry[] {
    return [...this.#entries.values()];
  }

  async add(source: Source, intoFolder: boolean): Promise<void> {
    const destination = destinationOf(this.#copy);
    this.#makeFolders(intoFolder ? destination : posix.dirname(destination));
    const target = resolveIn(this.#files, destination, this.#copy.place);
    const existing = this.#files.find(target);
    if (source.node.type === "directory") {
      if (existing === undefined) this.#makeFolders(target);
      else if (existing.type !== "directory")
        throw invalid(this.#copy.place, `cannot copy to non-directory: /${target}`);
      await this.#addContent(source.path, target);
    } else {
      await this.#addNode(
        source.path,
        source.node,
        existing?.type === "directory" ? join(target, source.name) : target,
      );
    }
  }

  async #addContent(folder: string, target: string): Promise<void> {
    for (const name of await this.#context.list(folder)) {
      const path = join(folder, name);
      const node = await this.#context.find(path);
      if (node !== undefined) await this.#addNode(path, node, join(target, name));
    }
  }

  async #addNode(path: string, node: ContextNode, target: string): Promise<void> {
    const existing = this.#files.find(target);
    const { place } = this.#copy;
    const owner = this.#copy.owner ?? node.owner ?? root;
    const mode = node.type === "symlink" ? undefined : (this.#copy.mode ?? node.mode);
    if (node.type === "directory") {
      if (existing !== undefined && existing.type !== "directory") {
        throw invalid(place, `cannot copy to non-directory: /${target}`);
      }
      this.#files.putFolder(target, { owner, mode: mode ?? 0o755 });
      this.#entries.set(target, { path: target, owner, mode, type: "directory" });
      return this.#addContent(path, target);
    }
    if (existing?.type === "directory") throw invalid(place, `cannot replace directory /${target} with a file`);
    if (node.type === "symlink") this.#files.putSymlink(target, node.target, owner);
    else {
      const { file, size, executable } = node;
      this.#files.putFile(target, { owner, mode: mode ?? (executable ? 0o755 : 0o644), size, source: { file } });
    }
    this.#entries.set(target, { ...node, path: target, owner, mode });
  }

  #makeFolders(path: string): void {
    const { owner, place } = this.#copy;
    const resolved = resolveIn(this.#files, path, place);
    for (const entry of missingFolders(resolved, this.#files, owner ?? root, place))
      this.#entries.set(entry.path, entry);
  }
}

/** Where a path leads in an image, or an error that names the instruction. */
export function resolveIn(files: ImageFiles, path: string, place: Place): string {
  try {
    return files.resolve(path);
  } catch (error) {
    if (error instanceof LinkLoop) throw invalid(place, error.message);
    throw error;
  }
}

/**
 * Creates the folders that are missing on a path without links, and answers their entries. Folders that are there
 * are not repeated: an entry would take their mode and owner away.
 */
export function missingFolders(path: string, files: ImageFiles, owner: Owner, place: Place): LayerEntry[] {
  const entries: LayerEntry[] = [];
  const names = path === "" ? [] : path.split("/");
  for (let depth = 1; depth <= names.length; depth++) {
    const folder = names.slice(0, depth).join("/");
    const existing = files.find(folder);
    if (existing !== undefined && existing.type !== "directory") throw invalid(place, `/${folder} is not a directory`);
    if (existing !== undefined) continue;
    files.putFolder(folder, { owner, mode: 0o755 });
    entries.push({ path: folder, owner, type: "directory" });
  }
  return entries;
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
