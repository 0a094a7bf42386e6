import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { FreePorts } from "./free-ports.ts";
import { copyRootfs, UnpackedImages } from "./image/unpacked-images.ts";
import { ProcessContainer } from "./process/container.ts";
import { containerEnvironment, workingDirectory } from "./process/environment.ts";
import { findProgram } from "./process/program.ts";
import { asCannotStart, spawnProgram } from "./process/spawn-program.ts";
import type { Reaper } from "./reaper/reaper.ts";
import {
  CannotPull,
  CannotStart,
  type ContainerSpec,
  type ImageSource,
  type PulledImage,
  type RegistryCredentials,
  type Runtime,
} from "./runtime.ts";

export interface ProcessRuntimeOptions {
  readonly images: ImageSource;
  readonly reaper: Reaper;
  /** A real path, from `createStateFolder`; the runtime uses `images` and `containers` in it. */
  readonly stateFolder: string;
  readonly clock: Clock;
  /** Told what a container asks for and cannot have here. */
  readonly onNote: (note: string) => void;
}

/**
 * Runs containers as processes of this machine, without a container engine: the image's layers are unpacked into a
 * folder of the container's own, and its command is started there. What a container cannot expect here: isolation,
 * limits of CPU and memory, its USER, and PID 1.
 */
export function processRuntime(options: ProcessRuntimeOptions): Runtime {
  return new ProcessRuntime(options);
}

class ProcessRuntime implements Runtime {
  readonly kind = "process";
  readonly #options: ProcessRuntimeOptions;
  readonly #images: UnpackedImages;
  /** Folders of unpacked images by the digest that was pulled. */
  readonly #pulled = new Map<string, string>();
  readonly #ports = new FreePorts();
  readonly #starting = new Set<Promise<ProcessContainer>>();
  readonly #running = new Set<ProcessContainer>();
  #hasNotedUser = false;
  #closed = false;

  constructor(options: ProcessRuntimeOptions) {
    this.#options = options;
    this.#images = new UnpackedImages(join(options.stateFolder, "images"));
  }

  async pull(reference: string, credentials?: RegistryCredentials): Promise<PulledImage> {
    const image = await this.#options.images.find(reference, credentials);
    try {
      this.#pulled.set(image.digest, await this.#images.unpack(image.layers));
    } catch (error) {
      throw new CannotPull(error instanceof Error ? error.message : String(error), { cause: error });
    }
    return { reference, digest: image.digest, config: image.config.config ?? {} };
  }

  async start(spec: ContainerSpec): Promise<ProcessContainer> {
    if (this.#closed) throw new CannotStart("the local cloud is shutting down");
    const starting = this.#start(spec);
    this.#starting.add(starting);
    try {
      const container = await starting;
      this.#running.add(container);
      void container.exited.then(() => this.#running.delete(container));
      return container;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#starting);
    await Promise.all(
      [...this.#running].map(async (container) => {
        container.kill("SIGKILL");
        await container.exited;
        await container.remove();
      }),
    );
  }

  async #start(spec: ContainerSpec): Promise<ProcessContainer> {
    const image = this.#pulled.get(spec.image.digest);
    if (image === undefined) throw new CannotStart(`No such image: ${spec.image.reference}`);
    if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(spec.id)) throw new CannotStart(`invalid container id: ${spec.id}`);
    const folder = join(this.#options.stateFolder, "containers", spec.id);
    const reserved: number[] = [];
    const release = () => {
      for (const port of reserved) this.#ports.release(port);
    };
    try {
      await mkdir(join(this.#options.stateFolder, "containers"), { recursive: true });
      await mkdir(folder);
      await copyRootfs(image, join(folder, "rootfs"));
      // PORT is set even where the task definition maps no port: the program may need one to listen on.
      const count = Math.max(1, spec.containerPorts.length);
      for (let index = 0; index < count; index += 1) reserved.push(await this.#ports.reserve());
      return await this.#run(spec, folder, reserved, release);
    } catch (error) {
      release();
      await rm(folder, { recursive: true, force: true });
      throw asCannotStart(error);
    }
  }

  /** Said once: it is so for every container of every task. */
  #noteUser({ name, user, image }: ContainerSpec): void {
    const wanted = user || image.config.User || "";
    if (this.#hasNotedUser || wanted === "" || /^(root|0)(:(root|0))?$/.test(wanted)) return;
    this.#hasNotedUser = true;
    this.#options.onNote(
      `USER ${wanted} of container ${name} is ignored: processes run as the user of the local cloud`,
    );
  }

  async #run(
    spec: ContainerSpec,
    folder: string,
    ports: readonly number[],
    onEnded: () => void,
  ): Promise<ProcessContainer> {
    const { reaper, clock } = this.#options;
    const rootfs = join(folder, "rootfs");
    const bindings = spec.containerPorts.flatMap((containerPort, index) => {
      const hostPort = ports[index];
      return hostPort === undefined ? [] : [{ containerPort, host: "127.0.0.1", hostPort }];
    });
    const { variables, path } = await containerEnvironment(spec, folder, rootfs, bindings, ports[0] ?? 0);
    const { inside, place: cwd } = await workingDirectory(spec, rootfs);
    const place = { rootfs, workingDirectory: inside, path };
    const surroundings = { cwd, env: variables };
    const program = await findProgram(commandOf(spec), place);
    this.#noteUser(spec);
    const main = await spawnProgram(program, surroundings, reaper);
    const { id, onOutput } = spec;
    return new ProcessContainer({ id, folder, place, surroundings, bindings, main, onOutput, onEnded, reaper, clock });
  }
}

/** ENTRYPOINT and CMD as container engines join them: an entry point that replaces the image's drops its CMD, too. */
function commandOf(spec: ContainerSpec): string[] {
  const { Entrypoint, Cmd } = spec.image.config;
  const command = given(spec.command);
  const entryPoint = given(spec.entryPoint);
  if (entryPoint !== undefined) return [...entryPoint, ...(command ?? [])];
  return [...(Entrypoint ?? []), ...(command ?? Cmd ?? [])];
}

/** ECS takes an empty list for none. */
function given(words: readonly string[] | undefined): readonly string[] | undefined {
  return words !== undefined && words.length > 0 ? words : undefined;
}
