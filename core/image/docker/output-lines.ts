import type { Readable } from "node:stream";

/** In characters: more than `docker info` says on one line. */
const longestLine = 256 * 1024;

/**
 * The lines of a program's output. One that is longer than {@link longestLine}, as a step of a build may say it, comes
 * in pieces: output without a line's end must not fill memory.
 */
export async function* outputLines(stream: Readable): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.setEncoding("utf8") as AsyncIterable<string>) {
    // The last part may go on, and a carriage return at its end may be half of a line's end.
    const parts = (rest + chunk).split(/\r\n|\r(?!$)|\n/);
    rest = parts.pop() ?? "";
    yield* parts;
    if (rest.length < longestLine) continue;
    yield rest;
    rest = "";
  }
  if (rest !== "") yield rest.replace(/\r$/, "");
}
