/** For tests: makes layers, tame and hostile, as a registry would hold them. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import type { Layer } from "./unpack.ts";

export type LayerEntry = Partial<Header> & { name: string; content?: string | Buffer };

const tarType = "application/vnd.oci.image.layer.v1.tar";
const compressions = {
  none: { mediaType: tarType, compress: (tar: Buffer) => tar },
  gzip: { mediaType: `${tarType}+gzip`, compress: (tar: Buffer) => gzipSync(tar) },
  zstd: { mediaType: `${tarType}+zstd`, compress: (tar: Buffer) => zstdCompressSync(tar) },
};

/** Writes a layer with these entries, in this order, into `folder`. */
export async function layerFixture(
  folder: string,
  entries: readonly LayerEntry[],
  compression: keyof typeof compressions = "gzip",
): Promise<Layer> {
  const { mediaType, compress } = compressions[compression];
  const blob = compress(await tarOf(entries));
  const digest = `sha256:${createHash("sha256").update(blob).digest("hex")}`;
  const path = join(folder, digest.replace(":", "-"));
  await writeFile(path, blob);
  return { digest, mediaType, path };
}

async function tarOf(entries: readonly LayerEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries) tar.entry(header, content ?? "");
  tar.finalize();
  const chunks: Buffer[] = [];
  tar.on("data", (chunk) => {
    if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  });
  await once(tar, "end");
  return Buffer.concat(chunks);
}
