import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { decompressor } from "../base/layer-files.ts";
import { type FileContent, type ImageFiles, LinkLoop } from "../layer/image-files.ts";
import type { Blob } from "../registry/blob.ts";
import type { BuildContext, ContextNode } from "./build-context.ts";

const textLimitBytes = 1024 * 1024;

/**
 * The files of an image or a stage, for COPY --from. What COPY has found is read out of the layers afterwards, all of a
 * layer's files in one pass: see {@link unpack}.
 */
export class ImageContext implements BuildContext {
  readonly description: string;
  readonly #files: ImageFiles;
  readonly #workFolder: string;
  readonly #wanted = new Map<Blob, Map<string, string>>();
  readonly #unpacked = new Set<string>();

  /** @param name of the stage or image */
  constructor(name: string, files: ImageFiles, workFolder: string) {
    this.description = name;
    this.#files = files;
    this.#workFolder = workFolder;
  }

  async find(path: string): Promise<ContextNode | undefined> {
    const node = this.#files.find(path);
    if (node?.type === "directory") return { type: "directory", ...node.access };
    if (node?.type === "symlink") return { type: "symlink", target: node.target, owner: node.owner };
    return node?.content === undefined ? undefined : this.#file(node.content);
  }

  async list(path: string): Promise<string[]> {
    const node = this.#files.find(path);
    return node?.type === "directory" ? [...node.children.keys()].sort() : [];
  }

  async follow(path: string): Promise<string | undefined> {
    try {
      const real = this.#files.resolve(path);
      return this.#files.find(real) === undefined ? undefined : real;
    } catch (error) {
      if (error instanceof LinkLoop) return undefined;
      throw error;
    }
  }

  /** A small file as text; `undefined` where there is none, or a large one. */
  async readText(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const node = await this.find((await this.follow(path)) ?? path);
    if (node?.type !== "file" || node.size > textLimitBytes) return undefined;
    await this.unpack(signal);
    return readFile(node.file, "utf8");
  }

  /** Writes what was found to where {@link find} said that it is. */
  async unpack(signal: AbortSignal | undefined): Promise<void> {
    for (const [layer, files] of this.#wanted) await unpackFiles(layer, files, signal);
    for (const files of this.#wanted.values()) for (const path of files.values()) this.#unpacked.add(path);
    this.#wanted.clear();
  }

  #file({ source, size, mode, owner }: FileContent): ContextNode {
    const file = "file" in source ? source.file : this.#pathFor(source);
    return { type: "file", file, size, executable: (mode & 0o100) !== 0, mode, owner };
  }

  #pathFor({ layer, name }: { readonly layer: Blob; readonly name: string }): string {
    const id = createHash("sha256").update(`${layer.digest} ${name}`).digest("hex");
    const path = join(this.#workFolder, `from-${id}`);
    if (this.#unpacked.has(path)) return path;
    const files = this.#wanted.get(layer) ?? new Map<string, string>();
    this.#wanted.set(layer, files.set(name, path));
    return path;
  }
}

async function unpackFiles(
  layer: Blob,
  files: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tar = extract();
  tar.on("entry", ({ name, type }, body, next) => {
    const path = type === "directory" ? undefined : files.get(name);
    if (path === undefined) {
      body.once("end", () => next());
      body.resume();
    } else pipeline(body, createWriteStream(path)).then(() => next(), next);
  });
  await pipeline(createReadStream(layer.path), decompressor(layer.mediaType), tar, { signal });
}
