import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Pack, pack } from "tar-stream";
import { ToolkitError } from "../../platform/errors.ts";
import type { LayerEntry } from "./layer-entry.ts";

export interface WrittenLayer {
  /** Of the compressed file: `sha256:…`. */
  readonly digest: string;
  /** Of the tar inside: `sha256:…`. */
  readonly diffId: string;
  /** Of the compressed file, in bytes. */
  readonly size: number;
  readonly path: string;
}

export interface LayerOptions {
  /** The file to write. */
  readonly path: string;
  /** For every entry, in seconds since the epoch. */
  readonly modified: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a layer as gzipped tar, to disk and with flat memory. The same entries make the same bytes: sorted by path,
 * one modification time, modes that depend on nothing but the executable bit, no names of users, and a gzip header
 * without time and operating system.
 *
 * @throws {ToolkitError} IMAGE_CONTEXT_INVALID where a file changed while it was read
 */
export async function writeLayer(entries: Iterable<LayerEntry>, options: LayerOptions): Promise<WrittenLayer> {
  const tar = createHash("sha256");
  const compressed = createHash("sha256");
  let size = 0;
  const packed = pack();
  const writing = pipeline(
    bytesOf(packed),
    observe((chunk) => tar.update(chunk)),
    createGzip(),
    withoutOperatingSystem,
    observe((chunk) => {
      compressed.update(chunk);
      size += chunk.length;
    }),
    createWriteStream(options.path, { flags: "wx" }),
    { signal: options.signal },
  );
  const [packing, written] = await Promise.allSettled([packAll(packed, sorted(entries), options.modified), writing]);
  options.signal?.throwIfAborted();
  // Where packing failed on its own account, writing only failed for want of more to write.
  if (packing.status === "rejected" && packing.reason instanceof ToolkitError) throw packing.reason;
  if (written.status === "rejected") throw written.reason;
  return {
    digest: `sha256:${compressed.digest("hex")}`,
    diffId: `sha256:${tar.digest("hex")}`,
    size,
    path: options.path,
  };
}

async function* bytesOf(packed: Pack): AsyncGenerator<Buffer> {
  for await (const chunk of packed as AsyncIterable<Buffer>) yield chunk;
}

async function packAll(packed: Pack, entries: readonly LayerEntry[], modified: number): Promise<void> {
  try {
    for (const entry of entries) await packOne(packed, entry, modified);
    packed.finalize();
  } catch (error) {
    packed.destroy(error instanceof Error ? error : undefined);
    throw error;
  }
}

/** By code units, so that the order depends on no locale; a folder comes before what is in it. */
function sorted(entries: Iterable<LayerEntry>): LayerEntry[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function packOne(packed: Pack, entry: LayerEntry, modified: number): Promise<void> {
  const header = headerOf(entry, modified);
  if (entry.type !== "file") {
    await new Promise<void>((resolve, reject) => {
      packed.entry(header, (error) => (error ? reject(error) : resolve()));
    });
    return;
  }
  await pipeline(exactBytes(entry), packed.entry({ ...header, size: entry.size }));
}

/** The file's bytes, which must be as many as its header, already written, promises. */
async function* exactBytes({ file, size }: LayerEntry & { type: "file" }): AsyncGenerator<Buffer> {
  let read = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      read += chunk.length;
      if (read > size) break;
      yield chunk;
    }
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error), error);
  }
  if (read !== size) throw unreadable(file, "its size changed");
}

function unreadable(file: string, why: string, cause?: unknown): ToolkitError {
  const remedy = `Make ${file} readable and leave it alone while the image is built.`;
  return new ToolkitError("IMAGE_CONTEXT_INVALID", `${file}: cannot be read: ${why}`, remedy, { cause });
}

/** The largest number that the user and group fields of a tar header hold; a larger one goes into an extended header. */
const maxHeaderId = 0o777777;

function headerOf(entry: LayerEntry, modified: number) {
  const { uid, gid } = entry.owner;
  const pax = {
    ...(uid > maxHeaderId ? { uid: String(uid) } : {}),
    ...(gid > maxHeaderId ? { gid: String(gid) } : {}),
  };
  return {
    name: entry.type === "directory" ? `${entry.path}/` : entry.path,
    type: entry.type,
    mode: modeOf(entry),
    uid,
    gid,
    mtime: new Date(modified * 1_000),
    ...(entry.type === "symlink" ? { linkname: entry.target } : {}),
    ...(Object.keys(pax).length > 0 ? { pax } : {}),
  };
}

function modeOf(entry: LayerEntry): number {
  if (entry.type === "symlink") return 0o777;
  if (entry.mode !== undefined) return entry.mode;
  return entry.type === "directory" || entry.executable ? 0o755 : 0o644;
}

function observe(see: (chunk: Buffer) => void) {
  return async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      see(chunk);
      yield chunk;
    }
  };
}

/** The tenth byte of a gzip file names the operating system that made it (RFC 1952); 255 is "unknown". */
async function* withoutOperatingSystem(chunks: AsyncIterable<Buffer>) {
  let offset = 0;
  for await (const chunk of chunks) {
    if (offset <= 9 && offset + chunk.length > 9) chunk[9 - offset] = 255;
    offset += chunk.length;
    yield chunk;
  }
}
