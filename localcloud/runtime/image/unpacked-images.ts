import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Layer, unpackLayers } from "./unpack.ts";

/**
 * The images that were unpacked, one folder for each list of layers, so that a release that changes nothing below its
 * own layer is unpacked once however many containers run it.
 */
export class UnpackedImages {
  readonly #folder: string;
  readonly #unpacked = new Map<string, Promise<string>>();

  /** @param folder is created when the first image comes. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The folder with the image's files, unpacked at most once. Nothing may write to it.
   * @throws {Error} that names the layer and what is wrong with it.
   */
  unpack(layers: readonly Layer[]): Promise<string> {
    const key = createHash("sha256")
      .update(layers.map((layer) => layer.digest).join("\n"))
      .digest("hex");
    const known = this.#unpacked.get(key);
    if (known !== undefined) return known;
    const unpacking = this.#unpack(key, layers).catch((error: unknown) => {
      this.#unpacked.delete(key);
      throw error;
    });
    this.#unpacked.set(key, unpacking);
    return unpacking;
  }

  async #unpack(key: string, layers: readonly Layer[]): Promise<string> {
    const place = join(this.#folder, key);
    const partial = `${place}.partial`;
    await mkdir(partial, { recursive: true });
    try {
      await unpackLayers(layers, partial);
      await rename(partial, place);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw error;
    }
    return place;
  }
}

/**
 * Makes a container's own rootfs from an unpacked image. A copy, because a container may write to its files: through
 * a hard link it would change the image for every other container. On a file system with reflinks (btrfs, XFS, APFS)
 * the copy shares the blocks until one of the two is written.
 */
export async function copyRootfs(image: string, rootfs: string): Promise<void> {
  await cp(image, rootfs, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true,
    preserveTimestamps: true,
  });
}
