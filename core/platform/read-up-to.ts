import { open } from "node:fs/promises";

/** Reads the beginning of a file: {@link readUpTo}, or what records or replays it. */
export type ReadFile = (path: string, most: number) => Promise<Buffer>;

/**
 * The beginning of a file, as many bytes as there are but not more than `most`. Reads until the file ends and asks for no
 * size: a path may lead to a device or to a pipe, as a shell's `<(…)` does.
 * @throws {Error} Node's, with a code
 */
export async function readUpTo(path: string, most: number): Promise<Buffer> {
  await using file = await open(path);
  const buffer = Buffer.alloc(most);
  let length = 0;
  while (length < most) {
    const { bytesRead } = await file.read(buffer, length, most - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
