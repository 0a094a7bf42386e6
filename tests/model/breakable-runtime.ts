/** The simulated runtime, with hands that break what runs in it. */
import type { Clock } from "../../localcloud/clock.ts";
import type { Probe } from "../../localcloud/loadbalancer/probe.ts";
import {
  CannotCreate,
  CannotPull,
  type ContainerSpec,
  type Exit,
  type PulledImage,
  type RunningContainer,
  type Runtime,
} from "../../localcloud/runtime/runtime.ts";
import { Simulation } from "../../localcloud/runtime/simulated/simulation.ts";

const NO_ENGINE = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
/** So long the docker runtime waits for an engine that is gone before it gives its containers up. */
const ENGINE_PATIENCE_MS = 10_000;
const PULL_MS = 100;

export class BreakableRuntime implements Runtime {
  readonly kind = "simulated";
  readonly #simulation: Simulation;
  readonly #clock: Clock;
  /** By the id of the container. */
  readonly #running = new Map<string, BreakableContainer>();
  #engineLost = false;

  /** @param script of `PUT /_localcloud/simulation`; an image that it does not name cannot be pulled. */
  constructor(clock: Clock, script: unknown) {
    const find = async (reference: string) => {
      throw new CannotPull(`failed to resolve ref ${reference}: not found`);
    };
    this.#simulation = new Simulation({ images: { find }, clock });
    this.#clock = clock;
    this.play(script);
  }

  /** What the containers that start from now on do. */
  play(script: unknown): void {
    this.#simulation.page(script);
  }

  async pull(reference: string): Promise<PulledImage> {
    // Nothing takes no time, so that one moment does not hide another.
    await new Promise<void>((resolve) => this.#clock.after(PULL_MS, resolve));
    if (this.#engineLost) throw new CannotPull(NO_ENGINE);
    return this.#simulation.pull(reference);
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    if (this.#engineLost) throw new CannotCreate(NO_ENGINE);
    const inner = await this.#simulation.start(spec);
    if (this.#engineLost) {
      await discard(inner);
      throw new CannotCreate(NO_ENGINE);
    }
    const container = new BreakableContainer(inner);
    this.#running.set(inner.runtimeId, container);
    void container.exited.then(() => this.#running.delete(inner.runtimeId));
    return container;
  }

  /** The load balancer finds a container that was made sick unhealthy. */
  readonly probe: Probe = async (request, signal) => {
    const asked = [...this.#running.values()].find(({ bindings }) =>
      bindings.some(({ host }) => host === request.host),
    );
    const otherwise: Probe = async () => ({
      healthy: false,
      reason: "Target.FailedHealthChecks",
      description: "Health checks failed",
    });
    if (asked?.isSick !== true) return this.#simulation.probe(otherwise)(request, signal);
    return { healthy: false, reason: "Target.Timeout", description: "Request timed out" };
  };

  /** It exits by itself, or fails every health check from now on. */
  break(runtimeId: string, how: "exits" | "sickens"): void {
    const container = this.#running.get(runtimeId);
    if (how === "sickens") container?.sicken();
    else container?.end({ exitCode: 1 });
  }

  /**
   * The engine is gone with all that ran in it: nothing can be pulled or started, and the containers end as the docker
   * runtime reports it, without an exit code unless the engine is back in time to tell it.
   */
  loseEngine(seconds: number): void {
    if (this.#engineLost) return;
    this.#engineLost = true;
    const lost = [...this.#running.values()];
    const back = seconds * 1000;
    for (const container of lost) container.loseEngine();
    this.#clock.after(back, () => {
      this.#engineLost = false;
    });
    const [afterMs, exit] =
      back < ENGINE_PATIENCE_MS
        ? [back, { exitCode: 137 }]
        : [ENGINE_PATIENCE_MS, { exitCode: undefined, reason: `CannotInspectContainerError: ${NO_ENGINE}` }];
    this.#clock.after(afterMs, () => {
      for (const container of lost) container.end(exit);
    });
  }

  async close(): Promise<void> {
    await this.#simulation.close();
  }
}

class BreakableContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly bindings: RunningContainer["bindings"];
  readonly exited: Promise<Exit>;
  readonly #inner: RunningContainer;
  readonly #end = Promise.withResolvers<Exit>();
  #sick = false;
  #engineLost = false;

  constructor(inner: RunningContainer) {
    this.#inner = inner;
    this.runtimeId = inner.runtimeId;
    this.bindings = inner.bindings;
    this.exited = this.#end.promise;
    void inner.exited.then((exit) => {
      if (!this.#engineLost) this.#end.resolve(exit);
    });
  }

  get isSick(): boolean {
    return this.#sick || this.#engineLost;
  }

  sicken(): void {
    this.#sick = true;
  }

  loseEngine(): void {
    this.#engineLost = true;
  }

  end(exit: Exit): void {
    this.#end.resolve(exit);
    this.#inner.kill("SIGKILL");
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#engineLost) this.#inner.kill(signal);
  }

  async exec(command: readonly string[], signal: AbortSignal): Promise<number> {
    if (this.#engineLost) throw new Error(NO_ENGINE);
    return this.#sick ? 1 : this.#inner.exec(command, signal);
  }

  remove(): Promise<void> {
    return this.#inner.remove();
  }
}

async function discard(container: RunningContainer): Promise<void> {
  container.kill("SIGKILL");
  await container.remove();
}
