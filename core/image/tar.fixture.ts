import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { extract, type Header, pack } from "tar-stream";

export interface TarFile {
  readonly header: Header;
  readonly content: string;
}

/** What is in a tar, compressed or not, in its order. */
export async function readTar(bytes: Buffer): Promise<TarFile[]> {
  const files: TarFile[] = [];
  const tar = extract();
  tar.end(decompress(bytes));
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    files.push({ header: entry.header, content: Buffer.concat(chunks).toString() });
  }
  return files;
}

/** A tar out of paths: a text is a file, `{ link }` a link, and a name with a slash at the end a folder. */
export async function makeTar(files: Record<string, string | { link: string }>): Promise<Buffer> {
  const tar = pack();
  // The same paths make the same bytes, whenever they are packed.
  const mtime = new Date(0);
  for (const [name, content] of Object.entries(files)) {
    if (typeof content !== "string") tar.entry({ name, mtime, type: "symlink", linkname: content.link });
    else if (name.endsWith("/")) tar.entry({ name, mtime, type: "directory" });
    else tar.entry({ name, mtime }, content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** By the first byte of gzip's and of zstd's magic number. */
function decompress(bytes: Buffer): Buffer {
  if (bytes[0] === 0x1f) return gunzipSync(bytes);
  return bytes[0] === 0x28 ? zstdDecompressSync(bytes) : bytes;
}
