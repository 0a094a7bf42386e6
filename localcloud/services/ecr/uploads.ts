/**
 * Layer uploads that are under way. Each is a file that grows, so that a client whose connection broke asks how far it
 * came and goes on from there.
 */
import { createHash, type Hash, randomUUID } from "node:crypto";
import { open, rm, writeFile } from "node:fs/promises";
import type { Clock } from "../../clock.ts";
import type { BlobStore } from "./blob-store.ts";
import { FileWriter, type Release } from "./file-writer.ts";
import type { Repository } from "./repository.ts";

/** Positions of a chunk's first and last byte within the whole blob. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface AppendOptions {
  /** Where the client says that the chunk belongs. */
  readonly range?: ByteRange | undefined;
  readonly release?: Release;
}

/** The upload was finished, cancelled or given up. */
export class UploadGone extends Error {}
/** A chunk does not start where the upload stands. */
export class ChunkOutOfOrder extends Error {}
/** A chunk has more or fewer bytes than it announced; none of them counts. */
export class ChunkSizeMismatch extends Error {}
/** The upload's bytes do not have the digest that the client gave. */
export class DigestMismatch extends Error {}

/** Assumed: AWS documents no limit. A client whose connection broke goes on within seconds, or begins anew. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

export class Uploads {
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #open = new Map<string, Upload>();
  /** What ends the wait for each of them to be abandoned. */
  readonly #waits = new Map<string, () => void>();

  constructor(blobs: BlobStore, clock: Clock) {
    this.#blobs = blobs;
    this.#clock = clock;
  }

  async begin(repository: Repository): Promise<Upload> {
    const id = randomUUID();
    const upload = new Upload(id, repository, this.#blobs.uploadPath(id), this.#clock);
    await writeFile(upload.file, "");
    this.#open.set(id, upload);
    this.#cancelOnceAbandoned(upload, ABANDONED_AFTER_MS);
    return upload;
  }

  find(repository: Repository, id: string): Upload | undefined {
    const upload = this.#open.get(id);
    return upload?.repository === repository ? upload : undefined;
  }

  /**
   * Makes the upload a layer of its repository, and ends it either way.
   * @throws {DigestMismatch} when its bytes are not those of `digest`; {UploadGone}.
   */
  async finish(upload: Upload, digest: string): Promise<void> {
    try {
      await upload.seal(digest);
    } catch (error) {
      // Not when it is gone: the one that finishes it may be moving the file.
      if (error instanceof DigestMismatch) await this.cancel(upload);
      throw error;
    }
    this.#forget(upload);
    await this.#blobs.adopt(upload.file, digest);
    upload.repository.layers.set(digest, upload.size);
  }

  async cancel(upload: Upload): Promise<void> {
    this.#forget(upload);
    upload.end();
    await rm(upload.file, { force: true });
  }

  async cancelAll(repository: Repository): Promise<void> {
    await this.#discard((upload) => upload.repository === repository);
  }

  /** So that a layer of which half was pushed does not lie on the disk as long as the local cloud runs. */
  #cancelOnceAbandoned(upload: Upload, ms: number): void {
    const stop = this.#clock.after(ms, () => {
      const left = upload.touchedAt + ABANDONED_AFTER_MS - this.#clock.now();
      if (left > 0) this.#cancelOnceAbandoned(upload, left);
      // A file that cannot be removed goes with the state folder.
      else this.cancel(upload).catch(() => {});
    });
    this.#waits.set(upload.id, stop);
  }

  #forget({ id }: Upload): void {
    this.#open.delete(id);
    this.#waits.get(id)?.();
    this.#waits.delete(id);
  }

  async #discard(which: (upload: Upload) => boolean): Promise<void> {
    for (const upload of [...this.#open.values()]) if (which(upload)) await this.cancel(upload);
  }
}

export class Upload {
  readonly id: string;
  readonly repository: Repository;
  readonly file: string;
  readonly #clock: Clock;
  #size = 0;
  #hash: Hash = createHash("sha256");
  #ended = false;
  #touchedAt: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(id: string, repository: Repository, file: string, clock: Clock) {
    this.id = id;
    this.repository = repository;
    this.file = file;
    this.#clock = clock;
    this.#touchedAt = clock.now();
  }

  /** Bytes received so far. */
  get size(): number {
    return this.#size;
  }

  /** Milliseconds since the epoch. */
  get touchedAt(): number {
    return this.#touchedAt;
  }

  /**
   * Appends a chunk as it comes. What arrived of a chunk that breaks off is kept.
   * @throws {ChunkOutOfOrder} {ChunkSizeMismatch} {UploadGone}, or whatever `chunk` throws.
   */
  append(chunk: AsyncIterable<Uint8Array>, { range, release = () => {} }: AppendOptions = {}): Promise<void> {
    return this.#inTurn(async () => {
      if (range !== undefined && range.first !== this.#size) throw new ChunkOutOfOrder();
      await using handle = await open(this.file, "r+");
      const writer = new FileWriter(handle, this.#size, release);
      const start = { size: this.#size, hash: this.#hash.copy() };
      try {
        if (await this.#receive(writer, chunk, range)) return;
      } finally {
        await this.#settle(writer);
      }
      await handle.truncate(start.size);
      this.#size = start.size;
      this.#hash = start.hash;
      throw new ChunkSizeMismatch();
    });
  }

  /** Waits for what is being appended, then compares. @throws {DigestMismatch} {UploadGone} */
  seal(digest: string): Promise<void> {
    return this.#inTurn(async () => {
      if (`sha256:${this.#hash.copy().digest("hex")}` !== digest) throw new DigestMismatch();
      this.#ended = true;
    });
  }

  end(): void {
    this.#ended = true;
  }

  /** @returns whether the chunk had as many bytes as its range, where it has one. */
  async #receive(writer: FileWriter, chunk: AsyncIterable<Uint8Array>, range: ByteRange | undefined): Promise<boolean> {
    for await (const bytes of chunk) {
      if (this.#ended) throw new UploadGone();
      if (range !== undefined && this.#size + bytes.length > range.last + 1) return false;
      this.#hash.update(bytes);
      this.#size += bytes.length;
      this.#touchedAt = this.#clock.now();
      await writer.write(bytes);
    }
    return range === undefined || this.#size === range.last + 1;
  }

  /** An upload whose bytes are not all on the disk cannot go on: what is counted and hashed is more than what is there. */
  async #settle(writer: FileWriter): Promise<void> {
    try {
      await writer.flush();
    } catch (error) {
      this.#ended = true;
      throw error;
    }
  }

  /** One at a time: a client that goes on after a broken connection may be faster than the news of the break. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(() => {
      if (this.#ended) throw new UploadGone();
      return work();
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
