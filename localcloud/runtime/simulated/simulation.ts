/** Containers that are only played, on the local cloud's clock: for fleets and for schedules. */
import { createHash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { OwnPage } from "../../gateway/own-pages.ts";
import type { Probe } from "../../loadbalancer/probe.ts";
import {
  CannotPull,
  CannotStart,
  type ContainerSpec,
  type ImageSource,
  type PulledImage,
  type RegistryCredentials,
  type RunningContainer,
  type Runtime,
} from "../runtime.ts";
import { SimulatedContainer } from "./container.ts";
import { parseScript, Script, type ScriptedImage, unscripted } from "./script.ts";

/** Addresses 127.64.0.0/10: each container has its own, and nothing sent there leaves this machine. */
const FIRST_ADDRESS = 0x7f40_0000;
const ADDRESSES = 2 ** 22;

export interface SimulationOptions {
  /** Where images are that no script names. */
  readonly images: ImageSource;
  readonly clock: Clock;
}

export class Simulation implements Runtime {
  readonly kind = "simulated";
  readonly #images: ImageSource;
  readonly #clock: Clock;
  #script = new Script();
  /** What was asked for, by the digest that it had. */
  readonly #references = new Map<string, string>();
  /** By address. */
  readonly #containers = new Map<string, SimulatedContainer>();
  #addresses = 0;
  #closed = false;

  constructor({ images, clock }: SimulationOptions) {
    this.#images = images;
    this.#clock = clock;
  }

  /** `PUT /_localcloud/simulation`: replaces the script, for the containers that start from now on. */
  readonly page: OwnPage = (body) => {
    this.#script = parseScript(body);
    return { images: this.#script.size };
  };

  /**
   * An image that the script names need not exist: its digest is then made of its name, so that each name has its own.
   * @throws {CannotPull} as the script says, or where neither the script nor the registry has the image
   */
  async pull(reference: string, credentials?: RegistryCredentials): Promise<PulledImage> {
    const scripted = this.#find(reference);
    if (scripted !== undefined) await this.#elapsed(scripted.pullMs());
    if (scripted?.script.cannotPull !== undefined) throw new CannotPull(scripted.script.cannotPull);
    const image =
      scripted === undefined ? await this.#images.find(reference, credentials) : await this.#stored(reference);
    if (!reference.includes("@")) this.#references.set(image.digest, reference);
    return { reference, digest: image.digest, config: image.config.config ?? {} };
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const { reference } = spec.image;
    const scripted = this.#find(reference) ?? unscripted(reference);
    const behaviour = scripted.next();
    await this.#elapsed(behaviour.startMs);
    if (this.#closed) throw new CannotStart("the local cloud is shutting down");
    if (scripted.script.cannotStart !== undefined) throw new CannotStart(scripted.script.cannotStart);
    const host = this.#freeAddress();
    const bindings = spec.containerPorts.map((port) => ({ containerPort: port, host, hostPort: port }));
    const onRemoved = () => this.#containers.delete(host);
    const container = new SimulatedContainer(spec.id, bindings, { behaviour, clock: this.#clock, onRemoved });
    this.#containers.set(host, container);
    for (const line of behaviour.output) spec.onOutput(line, "stdout");
    return container;
  }

  /** A simulated target answers as its script says; any other is asked by `otherwise`. */
  probe(otherwise: Probe): Probe {
    return async (request, signal) => {
      const container = this.#containers.get(request.host);
      return container === undefined ? otherwise(request, signal) : container.probed();
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const container of this.#containers.values()) container.kill("SIGKILL");
    this.#containers.clear();
  }

  /** A service's later tasks name an image by the digest that the first one found. */
  #find(reference: string): ScriptedImage | undefined {
    return this.#script.find(this.#references.get(reference.replace(/^.*@/, "")) ?? reference);
  }

  async #stored(reference: string): Promise<Pick<Awaited<ReturnType<ImageSource["find"]>>, "digest" | "config">> {
    try {
      return await this.#images.find(reference);
    } catch (error) {
      if (!(error instanceof CannotPull)) throw error;
      const named = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
      const digest = named ?? `sha256:${createHash("sha256").update(reference).digest("hex")}`;
      return { digest, config: {} };
    }
  }

  #elapsed(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => this.#clock.after(ms, resolve));
  }

  #freeAddress(): string {
    for (let tried = 0; tried < ADDRESSES; tried += 1) {
      this.#addresses = (this.#addresses % (ADDRESSES - 2)) + 1;
      const address = addressOf(FIRST_ADDRESS + this.#addresses);
      if (!this.#containers.has(address)) return address;
    }
    throw new CannotStart("more containers are simulated than there are addresses");
  }
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}
