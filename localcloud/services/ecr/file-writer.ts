/** Appends to a file: what comes next is received and hashed while the disk takes what came before. */
import type { FileHandle } from "node:fs/promises";

/** Told of bytes that are written and hashed; whoever made them may give their memory back. */
export type Release = (bytes: Uint8Array) => void;

export class FileWriter {
  readonly #handle: FileHandle;
  readonly #release: Release;
  #position: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle, position: number, release: Release) {
    this.#handle = handle;
    this.#position = position;
    this.#release = release;
  }

  /** Waits for the bytes before, not for these. @throws {Error} where those could not be written. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#writing;
    this.#writing = this.#writeAll(bytes);
    // Thrown by what is called next.
    this.#writing.catch(() => {});
  }

  /** @throws {Error} where the last bytes could not be written. */
  flush(): Promise<void> {
    return this.#writing;
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const rest = bytes.length - written;
      const { bytesWritten } = await this.#handle.write(bytes, written, rest, this.#position);
      written += bytesWritten;
      this.#position += bytesWritten;
    }
    this.#release(bytes);
  }
}
