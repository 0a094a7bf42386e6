/**
 * The networks of tasks. With `awsvpc` the containers of a task share one, held by a pause container; a task of a
 * single container needs none of that. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
 */
import { basename } from "node:path";
import * as v from "valibot";
import type { FreePorts } from "../free-ports.ts";
import type { ContainerSpec, RunningContainer, TaskPlacement } from "../runtime.ts";
import type { Engine } from "./engine.ts";
import { makePauseImage } from "./pause-image.ts";
import { removeContainer } from "./removal.ts";

const HOST = "127.0.0.1";

export interface ContainerNetwork {
  /** Members of ContainerCreate's body. */
  readonly config: object;
  readonly hostConfig: object;
  readonly bindings: RunningContainer["bindings"];
  /** Called once, when nothing of the container uses it any more. */
  release(): Promise<void>;
}

interface SharedNetwork {
  users: number;
  readonly held: Promise<{ readonly id: string; readonly network: ContainerNetwork }>;
}

export interface TaskNetworksOptions {
  readonly engine: Engine;
  readonly ports: FreePorts;
  readonly stateFolder: string;
  readonly labels: Readonly<Record<string, string>>;
}

export class TaskNetworks {
  readonly #options: TaskNetworksOptions;
  readonly #shared = new Map<string, SharedNetwork>();
  #pauseImage: Promise<string> | undefined;

  constructor(options: TaskNetworksOptions) {
    this.#options = options;
  }

  async place({ containerPorts, task }: ContainerSpec): Promise<ContainerNetwork> {
    const mode = task?.networkMode ?? "awsvpc";
    if (mode === "host") return hostNetwork(containerPorts);
    if (mode === "none")
      return { config: {}, hostConfig: { NetworkMode: "none" }, bindings: [], release: async () => {} };
    if (mode === "awsvpc" && task !== undefined && task.containerCount > 1) return this.#share(task, containerPorts);
    return this.#bridge(containerPorts);
  }

  async #bridge(containerPorts: readonly number[]): Promise<ContainerNetwork> {
    const { ports } = this.#options;
    const bindings: { containerPort: number; host: string; hostPort: number }[] = [];
    for (const containerPort of new Set(containerPorts))
      bindings.push({ containerPort, host: HOST, hostPort: await ports.reserve() });
    const published = bindings.map(({ containerPort, host, hostPort }) => [
      `${containerPort}/tcp`,
      [{ HostIp: host, HostPort: String(hostPort) }],
    ]);
    return {
      config: { ExposedPorts: Object.fromEntries(published.map(([port]) => [port, {}])) },
      hostConfig: { NetworkMode: "bridge", PortBindings: Object.fromEntries(published) },
      bindings,
      release: async () => {
        for (const { hostPort } of bindings) ports.release(hostPort);
      },
    };
  }

  async #share(task: TaskPlacement, containerPorts: readonly number[]): Promise<ContainerNetwork> {
    const shared = this.#shared.get(task.id) ?? { users: 0, held: this.#hold(task) };
    this.#shared.set(task.id, shared);
    shared.users += 1;
    const release = () => this.#leave(task.id, shared);
    try {
      const { id, network } = await shared.held;
      const bindings = network.bindings.filter(({ containerPort }) => containerPorts.includes(containerPort));
      return { config: {}, hostConfig: { NetworkMode: `container:${id}` }, bindings, release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async #hold(task: TaskPlacement): Promise<{ id: string; network: ContainerNetwork }> {
    const network = await this.#bridge(task.containerPorts);
    try {
      return { id: await this.#startPause(task, network), network };
    } catch (error) {
      await network.release();
      throw error;
    }
  }

  async #startPause(task: TaskPlacement, network: ContainerNetwork): Promise<string> {
    const { engine, labels } = this.#options;
    const body = {
      Image: await this.#pause(),
      Labels: labels,
      ...network.config,
      HostConfig: { ...network.hostConfig, LogConfig: { Type: "none" } },
    };
    const created = v.object({ Id: v.string() });
    const { Id } = await engine.json(created, "POST", "/containers/create", {
      query: { name: `ecs-${task.id}-pause` },
      body,
    });
    try {
      await engine.call("POST", `/containers/${Id}/start`);
    } catch (error) {
      await removeContainer(engine, Id).catch(() => {});
      throw error;
    }
    return Id;
  }

  /** Made once; a failure is this task's, the next one tries again. */
  #pause(): Promise<string> {
    this.#pauseImage ??= this.#makePauseImage().catch((error) => {
      this.#pauseImage = undefined;
      throw error;
    });
    return this.#pauseImage;
  }

  async #makePauseImage(): Promise<string> {
    const { engine, labels, stateFolder } = this.#options;
    const reference = `ecs-pipeline-pause:${basename(stateFolder)}`;
    await makePauseImage(engine, reference, labels);
    return reference;
  }

  async #leave(taskId: string, shared: SharedNetwork): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#shared.delete(taskId);
    const held = await shared.held.catch(() => undefined);
    if (held === undefined) return;
    await removeContainer(this.#options.engine, held.id);
    await held.network.release();
  }
}

/** The machine's own network: ports are what they are. */
function hostNetwork(containerPorts: readonly number[]): ContainerNetwork {
  return {
    config: {},
    hostConfig: { NetworkMode: "host" },
    bindings: containerPorts.map((port) => ({ containerPort: port, host: HOST, hostPort: port })),
    release: async () => {},
  };
}
