import { createReadStream } from "node:fs";
import { posix } from "node:path";
import { PassThrough, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { extract, type Header } from "tar-stream";
import type { ImageFiles } from "../layer/image-files.ts";
import type { Blob } from "../registry/blob.ts";

/** More files than any base has; beyond it a layer is an attack on this machine's memory. */
const maxEntries = 2_000_000;

/**
 * Reads which files a layer adds and removes, and applies that to what is below it. Removals first: they concern only
 * what is below (https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts).
 *
 * @throws {Error} where the layer is no tar
 */
export async function addLayerFiles(layer: Blob, files: ImageFiles, signal: AbortSignal | undefined): Promise<void> {
  const entries = await readEntries(layer, signal);
  for (const { name } of entries) removeWhitedOut(name, files);
  for (const entry of entries) addEntry(entry, layer, files);
}

type Entry = Pick<Header, "name" | "type" | "linkname" | "mode" | "uid" | "gid" | "size">;

async function readEntries(layer: Blob, signal: AbortSignal | undefined): Promise<Entry[]> {
  const entries: Entry[] = [];
  const tar = extract();
  tar.on("entry", ({ name, type, linkname, mode, uid, gid, size }, body, next) => {
    if (entries.push({ name, type, linkname, mode, uid, gid, size }) > maxEntries)
      next(new Error(`more than ${maxEntries} files`));
    else {
      body.once("end", () => next());
      body.resume();
    }
  });
  await pipeline(createReadStream(layer.path), decompressor(layer.mediaType), tar, { signal });
  return entries;
}

/** Makes a tar of a layer. */
export function decompressor(mediaType: string): Transform {
  if (mediaType.endsWith("+gzip")) return createGunzip();
  return mediaType.endsWith("+zstd") ? createZstdDecompress() : new PassThrough();
}

const whiteout = /^\.wh\.(.+)$/;

function removeWhitedOut(name: string, files: ImageFiles): void {
  const [, removed] = whiteout.exec(posix.basename(name)) ?? [];
  if (removed === undefined) return;
  const folder = files.resolve(posix.dirname(name));
  if (removed === ".wh..opq") files.empty(folder);
  else files.remove(`${folder}/${removed}`);
}

/** Links on the way are followed, as they are when a layer is unpacked over another. */
function addEntry(entry: Entry, layer: Blob, files: ImageFiles): void {
  const { name, type, linkname = "" } = entry;
  const last = posix.basename(name);
  if (whiteout.test(last)) return;
  const path = `${files.resolve(posix.dirname(name))}/${last}`;
  const owner = { uid: entry.uid ?? 0, gid: entry.gid ?? 0 };
  const access = { owner, mode: (entry.mode ?? 0o644) & 0o7777 };
  if (type === "directory") files.putFolder(path, access);
  else if (type === "symlink") files.putSymlink(path, linkname, owner);
  else if (type === "file" || type === "contiguous-file") {
    files.putFile(path, { ...access, size: entry.size ?? 0, source: { layer, name } });
  } else files.putFile(path, type === "link" ? linked(linkname, files) : undefined);
}

/** A hard link is another name for what is there already. */
function linked(target: string, files: ImageFiles) {
  const node = files.find(`${files.resolve(posix.dirname(target))}/${posix.basename(target)}`);
  return node?.type === "file" ? node.content : undefined;
}
