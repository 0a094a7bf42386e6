/** A file to a client, through two buffers that take turns: one is filled from the disk while the other is sent. */
import { open } from "node:fs/promises";
import type { ServerResponse } from "node:http";

/** Larger ones are no faster; a stream's own 64 KiB, each in new memory, take twice as long and leave 30 MiB to be collected. */
const CHUNK_BYTES = 512 * 1024;
/** Where more files than these are on their way, each has smaller buffers: clients that read nothing hold theirs. */
const FEW_FILES = 32;
const SMALL_CHUNK_BYTES = 32 * 1024;

let underWay = 0;

export interface FilePart {
  /** Position of the first byte. */
  readonly start: number;
  /** In bytes; the file has as many from `start` on. */
  readonly length: number;
}

/** Ends the response with the bytes. @throws {Error} where the client went away, or the disk fails. */
export async function sendFile(response: ServerResponse, path: string, part: FilePart): Promise<void> {
  underWay += 1;
  try {
    await send(response, path, part);
  } finally {
    underWay -= 1;
  }
}

async function send(response: ServerResponse, path: string, { start, length }: FilePart): Promise<void> {
  await using file = await open(path);
  const size = Math.min(underWay > FEW_FILES ? SMALL_CHUNK_BYTES : CHUNK_BYTES, length);
  let [filling, free] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)];
  let sending = Promise.resolve();
  for (let position = start; position < start + length; ) {
    const { bytesRead } = await file.read(filling, 0, Math.min(size, start + length - position), position);
    if (bytesRead === 0) throw new Error(`${path} ends at ${position}, before ${start + length}`);
    await sending;
    sending = write(response, filling.subarray(0, bytesRead));
    // Thrown at the next turn, if the disk does not fail before.
    sending.catch(() => {});
    [filling, free] = [free, filling];
    position += bytesRead;
  }
  await sending;
  response.end();
}

/** Resolves when the bytes are the kernel's, and the buffer may be filled again. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
