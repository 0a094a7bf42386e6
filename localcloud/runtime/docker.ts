import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { DockerContainer } from "./docker/container.ts";
import { containerConfig } from "./docker/container-config.ts";
import { type Engine, EngineError } from "./docker/engine.ts";
import { ownLabels } from "./docker/labels.ts";
import { writeEngine } from "./docker/ledger.ts";
import { engineReference, PulledImages } from "./docker/pulled-images.ts";
import { removeContainer } from "./docker/removal.ts";
import { type ContainerNetwork, TaskNetworks } from "./docker/task-networks.ts";
import { FreePorts } from "./free-ports.ts";
import {
  CannotCreate,
  CannotStart,
  type ContainerSpec,
  type ImageSource,
  type PulledImage,
  type RegistryCredentials,
  type RunningContainer,
  type Runtime,
} from "./runtime.ts";

export interface DockerRuntimeOptions {
  /** From `findUsableEngine`; it is closed with the runtime. */
  readonly engine: Engine;
  readonly images: ImageSource;
  /** For the local cloud's registry, as `docker login` would be given it. */
  readonly credentials: () => { readonly username: string; readonly password: string };
  /** From `createStateFolder`: what it says of the engine is what the reaper removes there. */
  readonly stateFolder: string;
  readonly clock: Clock;
}

/** For an engine that still takes connections but answers nothing. */
const CLOSE_PATIENCE_MS = 10_000;

const createdSchema = v.object({ Id: v.string() });

/** Runs containers in this machine's Docker engine, which pulls them from the local cloud's own registry. */
export async function dockerRuntime(options: DockerRuntimeOptions): Promise<Runtime> {
  const labels = await ownLabels(options.stateFolder);
  await writeEngine(options.stateFolder, options.engine.address);
  return new DockerRuntime(options, labels);
}

class DockerRuntime implements Runtime {
  readonly kind = "docker";
  readonly #options: DockerRuntimeOptions;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #images: PulledImages;
  readonly #networks: TaskNetworks;
  readonly #starting = new Set<Promise<unknown>>();
  /** Those that the engine still has. */
  readonly #containers = new Set<DockerContainer>();
  #closed = false;

  constructor(options: DockerRuntimeOptions, labels: Readonly<Record<string, string>>) {
    this.#options = options;
    this.#labels = labels;
    this.#images = new PulledImages(options);
    this.#networks = new TaskNetworks({ ...options, labels, ports: new FreePorts() });
  }

  pull(reference: string, credentials?: RegistryCredentials): Promise<PulledImage> {
    return this.#images.pull(reference, credentials);
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    if (this.#closed) throw new CannotStart("the local cloud is shutting down");
    const starting = this.#start(spec);
    this.#starting.add(starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(starting);
    }
  }

  /** What the engine does not remove in time is left to the reaper and to the next start's sweep. */
  async close(): Promise<void> {
    this.#closed = true;
    const { clock, engine } = this.#options;
    const late = Promise.withResolvers<void>();
    const cancel = clock.after(CLOSE_PATIENCE_MS, late.resolve);
    try {
      await Promise.race([this.#removeAll(), late.promise]);
    } finally {
      cancel();
      engine.close();
    }
  }

  async #removeAll(): Promise<void> {
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#containers].map((container) => container.remove()));
  }

  async #start(spec: ContainerSpec): Promise<DockerContainer> {
    const network = await inAgentsWords(CannotCreate, this.#networks.place(spec));
    try {
      return await this.#startOn(network, spec);
    } catch (error) {
      await network.release();
      throw error;
    }
  }

  async #startOn(network: ContainerNetwork, spec: ContainerSpec): Promise<DockerContainer> {
    const id = await inAgentsWords(CannotCreate, this.#create(network, spec));
    const { engine, clock } = this.#options;
    try {
      const container = await inAgentsWords(CannotStart, this.#run(id, network, spec, { engine, clock }));
      this.#containers.add(container);
      return container;
    } catch (error) {
      await removeContainer(engine, id).catch(() => {});
      throw error;
    }
  }

  async #create(network: ContainerNetwork, spec: ContainerSpec): Promise<string> {
    const body = containerConfig(spec, { image: engineReference(spec.image), network, labels: this.#labels });
    const query = { name: `ecs-${spec.id}` };
    return (await this.#options.engine.json(createdSchema, "POST", "/containers/create", { query, body })).Id;
  }

  async #run(
    id: string,
    network: ContainerNetwork,
    { onOutput }: ContainerSpec,
    { engine, clock }: { engine: Engine; clock: Clock },
  ): Promise<DockerContainer> {
    const output = await engine.stream("POST", `/containers/${id}/attach`, {
      query: { stream: "1", stdout: "1", stderr: "1" },
    });
    const wait = await engine.stream("POST", `/containers/${id}/wait`, { query: { condition: "next-exit" } });
    await engine.call("POST", `/containers/${id}/start`);
    const onRemoved = () => this.#containers.delete(container);
    const container: DockerContainer = new DockerContainer({
      id,
      engine,
      clock,
      network,
      onOutput,
      output,
      wait,
      onRemoved,
    });
    return container;
  }
}

/** @throws {Failure} for what the engine refuses. */
async function inAgentsWords<T>(Failure: typeof CannotStart, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof EngineError ? new Failure(error.inAgentsWords, { cause: error }) : error;
  }
}
