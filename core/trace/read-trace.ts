import { open } from "node:fs/promises";
import { basename } from "node:path";
import { ToolkitError } from "../platform/errors.ts";
import { mostTraceBytes } from "./lines.ts";
import { type Trace, TraceBuilder } from "./trace.ts";

/**
 * Reads a trace. Whatever the bytes are, what is wrong with them is told with the line that it is on; a last line that is
 * not complete is left out, since a run that is killed may leave one.
 * @throws {ToolkitError} TRACE_INVALID
 */
export async function readTrace(path: string): Promise<Trace> {
  try {
    await using file = await open(path);
    return await parseTrace(basename(path), file.createReadStream({ autoClose: false }));
  } catch (error) {
    if (error instanceof ToolkitError) throw error;
    throw invalid(path, error instanceof Error ? error.message : String(error), error);
  }
}

/**
 * Reads a trace out of its bytes.
 * @param name of the trace, for what is wrong with it
 * @throws {ToolkitError} TRACE_INVALID
 */
export async function parseTrace(name: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Trace> {
  const builder = new TraceBuilder();
  let number = 0;
  try {
    for await (const { text, complete } of lines(chunks)) {
      number += 1;
      const json = jsonOf(text);
      if (json === undefined && complete) throw new Error("is not JSON");
      if (json !== undefined) builder.add(json.value, number);
    }
    return builder.trace();
  } catch (error) {
    throw invalid(`${name}:${Math.max(1, number)}`, error instanceof Error ? error.message : String(error), error);
  }
}

interface Line {
  readonly text: string;
  /** Whether it ends as lines do. */
  readonly complete: boolean;
}

async function* lines(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Line> {
  let total = 0;
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > mostTraceBytes) throw new Error(`is longer than ${mostTraceBytes} bytes`);
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      yield { text: Buffer.concat([...begun, chunk.subarray(from, end)]).toString(), complete: true };
      begun = [];
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield { text: Buffer.concat(begun).toString(), complete: false };
}

function jsonOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function invalid(where: string, why: string, cause: unknown): ToolkitError {
  const remedy = "Give a file that deploy --record has written, as it was written.";
  return new ToolkitError("TRACE_INVALID", `${where}: ${why}`, remedy, { cause });
}
