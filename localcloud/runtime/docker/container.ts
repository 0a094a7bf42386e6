import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import * as v from "valibot";
import type { Clock } from "../../clock.ts";
import { OutputLines } from "../output-lines.ts";
import type { ContainerSpec, Exit, RunningContainer } from "../runtime.ts";
import { type Engine, EngineError } from "./engine.ts";
import { execInContainer } from "./exec.ts";
import { OutputFrames } from "./output-frames.ts";
import { removeContainer } from "./removal.ts";
import type { ContainerNetwork } from "./task-networks.ts";

/** An engine that is being restarted is back by then, and tells what became of its containers. */
const ENGINE_PATIENCE_MS = 10_000;
const ENGINE_RETRY_MS = 500;

const waitSchema = v.object({ StatusCode: v.number() });
const stateSchema = v.object({
  State: v.object({ Running: v.boolean(), ExitCode: v.number(), OOMKilled: v.boolean() }),
});

export interface DockerContainerParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly id: string;
  readonly network: ContainerNetwork;
  readonly onOutput: ContainerSpec["onOutput"];
  /** Both were asked for before the start, so that they miss nothing. */
  readonly output: IncomingMessage;
  readonly wait: IncomingMessage;
  /** Called once, when nothing of it is left. */
  readonly onRemoved: () => void;
}

/** A container of the engine that has been started. */
export class DockerContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly bindings: RunningContainer["bindings"];
  readonly exited: Promise<Exit>;
  readonly #parts: DockerContainerParts;
  #removed: Promise<void> | undefined;

  constructor(parts: DockerContainerParts) {
    this.runtimeId = parts.id;
    this.bindings = parts.network.bindings;
    this.#parts = parts;
    const output = readOutput(parts.output, parts.onOutput);
    this.exited = this.#exit().then(async (exit) => {
      await output;
      return exit;
    });
  }

  kill(signal: NodeJS.Signals): void {
    const { engine, id, onOutput } = this.#parts;
    engine.call("POST", `/containers/${id}/kill`, { query: { signal } }).catch((error: unknown) => {
      // It has ended; an engine that is gone shows in how it ended.
      if (error instanceof EngineError && [0, 404, 409].includes(error.status)) return;
      onOutput(`[ecs-pipeline] ${error instanceof Error ? error.message : String(error)}`, "stderr");
    });
  }

  exec(command: readonly string[], signal: AbortSignal): Promise<number> {
    return execInContainer(this.#parts.engine, this.#parts.id, command, signal);
  }

  remove(): Promise<void> {
    this.#removed ??= this.#remove();
    return this.#removed;
  }

  async #remove(): Promise<void> {
    const { engine, id, network, onRemoved } = this.#parts;
    try {
      await removeContainer(engine, id);
      await network.release();
    } catch (error) {
      // What an engine that is gone still has of us, the reaper or the next start's sweep removes.
      if (!(error instanceof EngineError) || error.status !== 0) throw error;
    }
    onRemoved();
  }

  async #exit(): Promise<Exit> {
    const { clock } = this.#parts;
    let giveUpAt: number | undefined;
    let waited = await statusOf(this.#parts.wait);
    for (;;) {
      try {
        const { State } = await this.#inspect();
        if (!State.Running) return exitOf(State);
        giveUpAt = undefined;
        waited = await statusOf(await this.#waitAgain());
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        // Somebody else has removed it.
        if (error.status === 404) return { exitCode: waited };
        giveUpAt ??= clock.now() + ENGINE_PATIENCE_MS;
        if (clock.now() >= giveUpAt)
          return { exitCode: waited, reason: `CannotInspectContainerError: ${error.message}` };
        await new Promise<void>((resolve) => clock.after(ENGINE_RETRY_MS, resolve));
      }
    }
  }

  #inspect(): Promise<v.InferOutput<typeof stateSchema>> {
    return this.#parts.engine.json(stateSchema, "GET", `/containers/${this.#parts.id}/json`);
  }

  #waitAgain(): Promise<IncomingMessage> {
    return this.#parts.engine.stream("POST", `/containers/${this.#parts.id}/wait`);
  }
}

/** In the ECS agent's words where memory was what it wanted. */
function exitOf({ ExitCode, OOMKilled }: v.InferOutput<typeof stateSchema>["State"]): Exit {
  if (!OOMKilled) return { exitCode: ExitCode };
  return { exitCode: ExitCode, reason: "OutOfMemoryError: Container killed due to memory usage" };
}

/** `undefined` where the engine went away while we waited. */
async function statusOf(wait: IncomingMessage): Promise<number | undefined> {
  const parsed = v.safeParse(waitSchema, await json(wait).catch(() => undefined));
  return parsed.success ? parsed.output.StatusCode : undefined;
}

/** Resolves when the output has been read to its end, or the engine has gone. */
function readOutput(output: IncomingMessage, onOutput: ContainerSpec["onOutput"]): Promise<void> {
  const lines = {
    stdout: new OutputLines((line) => onOutput(line, "stdout")),
    stderr: new OutputLines((line) => onOutput(line, "stderr")),
  };
  const frames = new OutputFrames((piece, stream) => lines[stream].write(piece));
  return new Promise((resolve) => {
    output.on("data", (chunk: Buffer) => frames.write(chunk));
    output.on("error", () => {});
    output.once("close", () => {
      lines.stdout.end();
      lines.stderr.end();
      resolve();
    });
  });
}
