import { createReadStream } from "node:fs";
import { statfs } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { type Extract, extract } from "tar-stream";
import { LayerWriter } from "./layer-entry.ts";

export interface Layer {
  readonly digest: string;
  readonly mediaType: string;
  readonly path: string;
}

/** What an image may become on disk, over all of its layers: the bound for a decompression bomb. */
export interface UnpackLimits {
  readonly bytes: number;
  readonly entries: number;
  /** What must stay free on the disk, in bytes: other programs use it, too. */
  readonly freeBytes: number;
}

/** Twice what Fargate's default 20 GiB of storage would leave for a usual image, far above any that runs here. */
export const unpackLimits: UnpackLimits = { bytes: 8 * 1024 ** 3, entries: 500_000, freeBytes: 1024 ** 3 };

/** How often the disk is asked for its room. */
const CHECK_EVERY_BYTES = 64 * 1024 * 1024;

/**
 * Unpacks the layers, lowest first, into the folder `rootfs`, which must exist and be empty.
 *
 * @throws {Error} `failed to extract layer DIGEST: REASON`, as the container engines say it.
 */
export async function unpackLayers(layers: readonly Layer[], rootfs: string, limits = unpackLimits): Promise<void> {
  const budget = new Budget(limits, rootfs);
  for (const layer of layers) {
    try {
      await unpackLayer(layer, rootfs, budget);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`failed to extract layer ${layer.digest}: ${reason}`, { cause: error });
    }
  }
}

async function unpackLayer(layer: Layer, rootfs: string, budget: Budget): Promise<void> {
  const tar = extract();
  const [written, read] = await Promise.allSettled([
    writeEntries(tar, new LayerWriter(rootfs), budget),
    pipeline([createReadStream(layer.path), ...decompression(layer.mediaType), metered(budget), tar]),
  ]);
  // Either failure ends the other; the writer's is the cause where both failed.
  if (written.status === "rejected") throw written.reason;
  if (read.status === "rejected") throw read.reason;
}

async function writeEntries(tar: Extract, writer: LayerWriter, budget: Budget): Promise<void> {
  for await (const entry of tar) {
    budget.spendEntry();
    await writer.write(entry);
  }
}

function decompression(mediaType: string): Transform[] {
  if (/[.+]tar\.gzip$|\+gzip$/.test(mediaType)) return [createGunzip()];
  if (mediaType.endsWith("+zstd")) return [createZstdDecompress()];
  if (mediaType.endsWith(".tar")) return [];
  throw new Error(`unsupported layer media type ${mediaType}`);
}

function metered(budget: Budget): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      budget.spendBytes(chunk.byteLength).then(() => done(null, chunk), done);
    },
  });
}

class Budget {
  readonly #limits: UnpackLimits;
  readonly #folder: string;
  #bytes = 0;
  #checkAt = 0;
  #entries = 0;

  constructor(limits: UnpackLimits, folder: string) {
    this.#limits = limits;
    this.#folder = folder;
  }

  async spendBytes(count: number): Promise<void> {
    this.#bytes += count;
    if (this.#bytes > this.#limits.bytes) {
      throw new Error(`the image unpacks to more than the ${this.#limits.bytes} bytes that the local cloud allows`);
    }
    if (this.#bytes < this.#checkAt) return;
    this.#checkAt = this.#bytes + CHECK_EVERY_BYTES;
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < this.#limits.freeBytes) {
      throw new Error(`the image leaves less than the ${this.#limits.freeBytes} bytes of disk that must stay free`);
    }
  }

  spendEntry(): void {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) {
      throw new Error(`the image has more than the ${this.#limits.entries} files that the local cloud allows`);
    }
  }
}
