import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";

export interface TimedRun {
  readonly ms: number;
  readonly exitCode: number | null;
  readonly stdout: string;
}

export interface Expected {
  readonly exitCode: number;
  /** What its standard output has, so that it ended for the reason that is measured. */
  readonly says?: string;
}

/** Runs a program to its end; from before its spawn until it has ended and its output is closed. */
export async function timeProcess(
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, "cwd" | "env"> = {},
): Promise<TimedRun> {
  const startedAt = performance.now();
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const stdout: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.resume();
  const [exitCode] = (await once(child, "close")) as [number | null];
  const ms = performance.now() - startedAt;
  return { ms, exitCode, stdout: Buffer.concat(stdout).toString() };
}

/** @throws {Error} where it ends otherwise than expected: a figure of something that failed is none. */
export async function timeExpecting(
  { exitCode, says = "" }: Expected,
  ...run: Parameters<typeof timeProcess>
): Promise<number> {
  const ended = await timeProcess(...run);
  if (ended.exitCode !== exitCode || !ended.stdout.includes(says))
    throw new Error(`${run[0]} ${run[1].join(" ")} exited with ${ended.exitCode} and said ${ended.stdout}`);
  return ended.ms;
}
