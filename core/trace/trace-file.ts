import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  writeSync,
} from "node:fs";
import { ToolkitError } from "../platform/errors.ts";
import { mostTraceBytes } from "./lines.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * A file that lines are appended to, each at once: what is written is there even if the process is killed next. Only its
 * owner may read it.
 */
export class TraceFile {
  readonly #file: number;
  #bytes = 0;

  private constructor(file: number) {
    this.#file = file;
  }

  /**
   * Makes the file, or takes an empty one that is there, as `mktemp` makes it. Any other one is left alone.
   * @throws {ToolkitError} INPUT_INVALID
   */
  static open(path: string): TraceFile {
    try {
      return new TraceFile(openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0o600));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw unusable(path, error);
    }
    return TraceFile.#takeEmpty(path);
  }

  static #takeEmpty(path: string): TraceFile {
    let file: number | undefined;
    try {
      file = openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW | constants.O_NONBLOCK);
      const { size } = requireRegular(fstatSync(file, { bigint: true }));
      if (size !== 0n) throw new Error("the file is there already, and is not written over");
      fchmodSync(file, 0o600);
      return new TraceFile(file);
    } catch (error) {
      if (file !== undefined) closeSync(file);
      throw unusable(path, error);
    }
  }

  /** @throws {Error} where it cannot be written in full: then nothing of the line is left in the file */
  append(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    if (this.#bytes + bytes.length > mostTraceBytes) throw new Error(`a trace may have ${mostTraceBytes} bytes`);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
      this.#bytes += bytes.length;
    } catch (error) {
      if (written > 0) ftruncateSync(this.#file, this.#bytes);
      throw error;
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

function requireRegular(stats: BigIntStats): BigIntStats {
  if (stats.isFile()) return stats;
  throw new Error("it is not a regular file");
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? "");
}

function unusable(path: string, error: unknown): ToolkitError {
  const why = error instanceof Error ? error.message : String(error);
  return new ToolkitError(
    "INPUT_INVALID",
    `record: ${path}: ${why}`,
    `Give record the path of a file that is not there yet: ${path} cannot be used. Nothing was registered or updated.`,
    { cause: error },
  );
}
