/**
 * Blobs as files named by their digest, shared by all repositories.
 *
 * A blob that nothing refers to any more stays until the local cloud ends and its state folder goes: a runtime may be
 * unpacking it at that moment, and the next push of the same content would bring it back.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf, isDigest } from "./digest.ts";

/** `<folder>/blobs/sha256/<hex>`, and `<folder>/uploads/<uuid>` for what is not yet known to be whole. */
export class BlobStore {
  readonly #blobs: string;
  readonly #uploads: string;

  private constructor(folder: string) {
    this.#blobs = join(folder, "blobs", "sha256");
    this.#uploads = join(folder, "uploads");
  }

  static async open(folder: string): Promise<BlobStore> {
    const store = new BlobStore(folder);
    await mkdir(store.#blobs, { recursive: true });
    await mkdir(store.#uploads, { recursive: true });
    return store;
  }

  /** The file of a blob, whether or not it is there. */
  path(digest: string): string {
    if (!isDigest(digest)) throw new Error(`Not a digest: ${JSON.stringify(digest)}`);
    return join(this.#blobs, digest.slice("sha256:".length));
  }

  uploadPath(id: string): string {
    return join(this.#uploads, id);
  }

  /** Makes a whole file the blob of `digest`, which the caller has computed over it. A reader sees all of it or none. */
  async adopt(file: string, digest: string): Promise<void> {
    await rename(file, this.path(digest));
  }

  async write(bytes: Uint8Array): Promise<string> {
    const digest = digestOf(bytes);
    const file = this.uploadPath(randomUUID());
    await writeFile(file, bytes);
    await this.adopt(file, digest);
    return digest;
  }
}
