import { type ChildProcessByStdio, type SpawnOptionsWithStdioTuple, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import type { Reaper } from "../reaper/reaper.ts";
import { CannotStart } from "../runtime.ts";
import type { Program } from "./program.ts";

type Options = SpawnOptionsWithStdioTuple<"ignore", "pipe", "pipe">;
type OutputChild = ChildProcessByStdio<null, Readable, Readable>;

export interface Started {
  readonly pid: number;
  readonly child: OutputChild;
  /** 128 + the signal's number where a signal ended it. The output may not have been read by then. */
  readonly exitCode: Promise<number>;
}

/**
 * Starts a program as the leader of a process group of its own, which the reaper knows of.
 *
 * @throws {CannotStart} in the words of runc.
 */
export async function spawnProgram(
  program: Program,
  place: { cwd: string; env: Readonly<Record<string, string>> },
  reaper: Reaper,
): Promise<Started> {
  const child = spawnOrThrow(program, { ...place, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const exitCode = new Promise<number>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(cannotStart(program, error)));
  });
  const pid = child.pid;
  if (pid === undefined) throw new CannotStart(`exec ${program.file}: no process id`);
  reaper.group(pid);
  return { pid, child, exitCode };
}

function spawnOrThrow(program: Program, options: Options): OutputChild {
  try {
    return spawn(program.file, program.args, options);
  } catch (error) {
    // Arguments and variables with a zero byte in them.
    throw cannotStart(program, error);
  }
}

/** What an error on the way to a running container is for whoever asked for it; defects stay what they are. */
export function asCannotStart(error: unknown): unknown {
  if (error instanceof CannotStart || !(error instanceof Error && "code" in error)) return error;
  return new CannotStart(error.message, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  E2BIG: "argument list too long",
  ENOENT: "no such file or directory",
  ENOEXEC: "exec format error",
};

function cannotStart(program: Program, error: unknown): CannotStart {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new CannotStart(`exec ${program.file}: ${reason}`, { cause: error });
}
