/** Commands inside of a running container, for health checks. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { type Engine, EngineError } from "./engine.ts";

/** As a shell says it for a program that SIGKILL ended. */
const KILLED = 137;

const createdSchema = v.object({ Id: v.string() });
const execSchema = v.object({ ExitCode: v.nullish(v.number()), Pid: v.nullish(v.number()) });

/**
 * Runs the command and answers its exit code; 137 where `signal` aborts, which kills it, and where the container ends.
 * @throws {EngineError} where the engine refuses.
 */
export async function execInContainer(
  engine: Engine,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  try {
    const body = { Cmd: command, AttachStdout: true, AttachStderr: true };
    const { Id } = await engine.json(createdSchema, "POST", `/containers/${container}/exec`, { body });
    return await run(engine, container, Id, signal);
  } catch (error) {
    // Not running any more, or gone.
    if (error instanceof EngineError && (error.status === 409 || error.status === 404)) return KILLED;
    throw error;
  }
}

async function run(engine: Engine, container: string, exec: string, signal: AbortSignal): Promise<number> {
  if (signal.aborted) return KILLED;
  const output = await engine.stream("POST", `/exec/${exec}/start`, { body: { Detach: false, Tty: false } });
  // Neither ECS nor Docker shows what a health check prints; unread, it would stop.
  output.resume();
  const ended = once(output, "close");
  const aborted = once(signal, "abort").then(() => "aborted" as const);
  if (signal.aborted || (await Promise.race([ended, aborted])) === "aborted") {
    await kill(engine, container, exec);
    output.destroy();
    return KILLED;
  }
  const { ExitCode } = await engine.json(execSchema, "GET", `/exec/${exec}/json`);
  return ExitCode ?? KILLED;
}

/** The API has no call for it. What is not this user's to kill, a shell in the container is asked to. */
async function kill(engine: Engine, container: string, exec: string): Promise<void> {
  const { Pid } = await engine.json(execSchema, "GET", `/exec/${exec}/json`);
  if (!Pid || !(await isIn(container, Pid))) return;
  try {
    process.kill(Pid, "SIGKILL");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ESRCH") return;
    if (code !== "EPERM") throw error;
    await killFromInside(engine, container, Pid);
  }
}

/** The engine's process ids are ours only in its own namespace, and another process may have the number by now. */
async function isIn(container: string, pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "")).includes(container);
}

async function killFromInside(engine: Engine, container: string, pid: number): Promise<void> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const [, inside] = /^NSpid:.*\s(\d+)$/m.exec(status) ?? [];
  if (inside === undefined) return;
  const body = { Cmd: ["/bin/sh", "-c", `kill -9 ${inside}`], User: "0" };
  const { Id } = await engine.json(createdSchema, "POST", `/containers/${container}/exec`, { body });
  await engine.call("POST", `/exec/${Id}/start`, { body: { Detach: true } });
}
