import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { ToolkitError } from "../../platform/errors.ts";
import type { Environment } from "./environment.ts";
import { outputLines } from "./output-lines.ts";

export interface DockerRun {
  readonly exitCode: number | null;
  /** What it said on both streams, the last lines of it. */
  readonly lines: readonly string[];
}

export interface DockerOptions {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Sees each line as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Enough for any failure's own words; a build may say far more. */
const keptLines = 400;
const longestLine = 4_000;

/** Docker gets so long to tell its engine that the build is off. */
const graceMs = 3_000;

/**
 * Runs the `docker` program with a list of arguments, without a shell and in a process group of its own, so that its
 * plugins end with it. Where the signal aborts, the group gets SIGTERM, and SIGKILL if that does not end it.
 *
 * @throws {ToolkitError} DOCKER_UNAVAILABLE where there is no such program; the signal's reason
 */
export async function runDocker(args: readonly string[], options: DockerOptions): Promise<DockerRun> {
  const { environment, signal, onLine = () => {} } = options;
  signal.throwIfAborted();
  const child = spawn("docker", args, { env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const lines: string[] = [];
  const see = (text: string) => {
    // The classic builder colours what it repeats, terminal or not.
    const line = stripVTControlCharacters(text);
    if (lines.push(shortened(line)) > keptLines) lines.shift();
    onLine(line);
  };
  const read = [readLines(child.stdout, see), readLines(child.stderr, see)];
  const end = endingOf(child);
  signal.addEventListener("abort", end, { once: true });
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    await Promise.all(read);
    signal.throwIfAborted();
    return { exitCode, lines };
  } catch (error) {
    throw isMissing(error) ? noProgram(error) : error;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** As bytes and back: a slice alone would keep the whole line in memory. */
function shortened(line: string): string {
  return line.length <= longestLine ? line : Buffer.from(line.slice(0, longestLine)).toString();
}

async function readLines(stream: Readable, see: (line: string) => void): Promise<void> {
  for await (const line of outputLines(stream)) see(line);
}

function endingOf(child: ChildProcess): () => void {
  const kill = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group has ended.
    }
  };
  return () => {
    kill("SIGTERM");
    const last = setTimeout(() => kill("SIGKILL"), graceMs);
    child.once("close", () => clearTimeout(last));
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function noProgram(cause: unknown): ToolkitError {
  return new ToolkitError(
    "DOCKER_UNAVAILABLE",
    "there is no program docker on the PATH",
    "Install Docker, or build with the input builder native.",
    { cause },
  );
}
