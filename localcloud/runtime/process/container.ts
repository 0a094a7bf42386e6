import { rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { Clock } from "../../clock.ts";
import { OutputLines } from "../output-lines.ts";
import { endProcessesOf, killGroup, signal as sendSignal } from "../reaper/processes.ts";
import type { Reaper } from "../reaper/reaper.ts";
import { CannotStart, type Exit, type RunningContainer } from "../runtime.ts";
import { findProgram, type Place } from "./program.ts";
import { asCannotStart, type Started, spawnProgram } from "./spawn-program.ts";

/** Everything of a container has been killed by then: only where there is no /proc can a pipe still be open. */
const outputDeadlineMs = 1000;

/** As a shell says it, and 137 for SIGKILL. */
const commandNotFound = 127;
const killed = 137;

export interface ContainerParts {
  readonly id: string;
  /** The container's folder, with the rootfs in it. */
  readonly folder: string;
  readonly place: Place;
  /** Working directory on this machine and environment: of the main process as of what `exec` starts. */
  readonly surroundings: { cwd: string; env: Readonly<Record<string, string>> };
  readonly bindings: RunningContainer["bindings"];
  readonly main: Started;
  readonly onOutput: (line: string, stream: "stdout" | "stderr") => void;
  /** Called once, when nothing of the container runs any more. */
  readonly onEnded: () => void;
  readonly reaper: Reaper;
  readonly clock: Clock;
}

/**
 * A container whose main process runs. When that process ends, everything else that it started is killed, as the
 * kernel does in a container when its first process ends.
 *
 * Unlike there, the main process is not PID 1: a signal that it does not handle ends it.
 */
export class ProcessContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly bindings: RunningContainer["bindings"];
  readonly exited: Promise<Exit>;
  readonly #parts: ContainerParts;
  readonly #execs = new Set<number>();
  #ended = false;

  constructor(parts: ContainerParts) {
    this.runtimeId = parts.id;
    this.bindings = parts.bindings;
    this.#parts = parts;
    this.exited = this.#exit();
  }

  kill(signal: NodeJS.Signals): void {
    // Once it has ended, its number may be another process's.
    if (!this.#ended) sendSignal(this.#parts.main.pid, signal);
  }

  async exec(command: readonly string[], signal: AbortSignal): Promise<number> {
    const { place, surroundings, reaper } = this.#parts;
    if (this.#ended || signal.aborted) return killed;
    let started: Started;
    try {
      started = await spawnProgram(await findProgram(command, place), surroundings, reaper);
    } catch (error) {
      if (asCannotStart(error) instanceof CannotStart) return commandNotFound;
      throw error;
    }
    return this.#finishExec(started, signal);
  }

  async remove(): Promise<void> {
    await rm(this.#parts.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }

  async #exit(): Promise<Exit> {
    const { main, reaper, onEnded } = this.#parts;
    const output = [this.#read(main.child.stdout, "stdout"), this.#read(main.child.stderr, "stderr")];
    const exitCode = await main.exitCode;
    this.#ended = true;
    killGroup(main.pid);
    for (const pid of this.#execs) killGroup(pid);
    await this.#endOthers();
    reaper.forget(main.pid);
    await this.#readToTheEnd(output);
    onEnded();
    return { exitCode };
  }

  /** Ends what has left the process groups. What even SIGKILL does not end yet, the reaper meets again. */
  async #endOthers(): Promise<void> {
    try {
      await endProcessesOf(this.#parts.folder);
    } catch (error) {
      this.#parts.onOutput(`[ecs-pipeline] ${error instanceof Error ? error.message : String(error)}`, "stderr");
    }
  }

  async #finishExec({ pid, child, exitCode }: Started, signal: AbortSignal): Promise<number> {
    const kill = () => killGroup(pid);
    this.#execs.add(pid);
    // Neither ECS nor Docker shows what a health check prints; unread, a full pipe would stop it.
    child.stdout.resume();
    child.stderr.resume();
    signal.addEventListener("abort", kill);
    // The container or the patience may have ended while the command was started.
    if (this.#ended || signal.aborted) kill();
    const code = await exitCode;
    signal.removeEventListener("abort", kill);
    this.#execs.delete(pid);
    kill();
    this.#parts.reaper.forget(pid);
    return code;
  }

  #read(pipe: Readable, stream: "stdout" | "stderr"): Promise<void> {
    const lines = new OutputLines((line) => this.#parts.onOutput(line, stream));
    pipe.on("data", (chunk: Buffer) => lines.write(chunk));
    return new Promise((resolve) => {
      pipe.once("close", () => {
        lines.end();
        resolve();
      });
    });
  }

  async #readToTheEnd(output: Promise<void>[]): Promise<void> {
    const { main, clock } = this.#parts;
    const cancel = clock.after(outputDeadlineMs, () => {
      main.child.stdout.destroy();
      main.child.stderr.destroy();
    });
    await Promise.all(output);
    cancel();
  }
}
