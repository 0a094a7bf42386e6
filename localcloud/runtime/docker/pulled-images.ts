/** Images that the engine pulls from the local cloud's registry, each digest once. */
import * as v from "valibot";
import type { Clock } from "../../clock.ts";
import { CannotPull, type ImageSource, type PulledImage, type RegistryCredentials } from "../runtime.ts";
import { type Engine, EngineError } from "./engine.ts";
import { writeImage } from "./ledger.ts";

export interface PulledImagesOptions {
  readonly engine: Engine;
  /** What there is in the registry, and how AWS says that something is not. */
  readonly images: ImageSource;
  /** For the registry, as `docker login` would be given it. */
  readonly credentials: () => { readonly username: string; readonly password: string };
  readonly stateFolder: string;
  readonly clock: Clock;
}

/**
 * The ECS agent's: what an engine fails on it tries again, and a task hears of it only when it gives up.
 * https://github.com/aws/amazon-ecs-agent/blob/master/agent/dockerclient/dockerapi/docker_client.go
 */
const MOST_PULLS = 5;
const FIRST_PAUSE_MS = 1_100;
const LONGEST_PAUSE_MS = 5_000;

const progressSchema = v.pipe(v.string(), v.parseJson(), v.object({ error: v.optional(v.string()) }));

export class PulledImages {
  readonly #options: PulledImagesOptions;
  /** Those under way. */
  readonly #pulls = new Map<string, Promise<void>>();

  constructor(options: PulledImagesOptions) {
    this.#options = options;
  }

  /** @throws {CannotPull} */
  async pull(reference: string, credentials?: RegistryCredentials): Promise<PulledImage> {
    const { digest, config } = await this.#options.images.find(reference, credentials);
    await this.#once(engineReference({ reference, digest }));
    return { reference, digest, config: config.config ?? {} };
  }

  /** Those who ask while it is pulled share the pull; later ones find the image there, or pull it anew. */
  async #once(image: string): Promise<void> {
    const pull = this.#pulls.get(image) ?? this.#pullInTheEnd(image).finally(() => this.#pulls.delete(image));
    this.#pulls.set(image, pull);
    try {
      await pull;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw new CannotPull(error.inAgentsWords, { cause: error });
    }
  }

  /** An engine that is gone does not come back within a pull. */
  async #pullInTheEnd(image: string): Promise<void> {
    for (let pull = 1; ; pull += 1) {
      try {
        return await this.#pull(image);
      } catch (error) {
        const isEngines = error instanceof EngineError && error.status !== 0;
        if (!isEngines || pull === MOST_PULLS) throw error;
        await this.#pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (pull - 1)));
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.clock.after(ms, resolve));
  }

  async #pull(image: string): Promise<void> {
    const { engine, credentials, stateFolder } = this.#options;
    if (await isThere(engine, image)) return;
    await writeImage(stateFolder, image);
    const [serveraddress = ""] = image.split("/", 1);
    const progress = await engine.stream("POST", "/images/create", {
      query: { fromImage: image },
      headers: registryAuth({ ...credentials(), serveraddress }),
    });
    const failure = await failureIn(progress).catch((error: Error) => {
      throw new EngineError(0, `the engine went away: ${error.message}`);
    });
    if (failure !== undefined) throw new EngineError(500, failure);
  }
}

/** The header that says who pulls or pushes. The engine takes base64url with its padding only, and else none at all. */
export function registryAuth(credentials: {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}): Record<string, string> {
  const encoded = Buffer.from(JSON.stringify(credentials)).toString("base64");
  return { "x-registry-auth": encoded.replaceAll("+", "-").replaceAll("/", "_") };
}

/** By digest: the tag may mean something else when the engine asks. */
export function engineReference({ reference, digest }: Pick<PulledImage, "reference" | "digest">): string {
  const [name = ""] = reference.split("@", 1);
  const slash = name.lastIndexOf("/");
  const colon = name.indexOf(":", slash);
  return `${colon === -1 ? name : name.slice(0, colon)}@${digest}`;
}

/** What somebody else has pulled is not ours to remove. */
async function isThere(engine: Engine, image: string): Promise<boolean> {
  try {
    await engine.call("GET", `/images/${image}/json`);
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return false;
    throw error;
  }
}

/** The answer is a success before the pull has begun: how it went is the last of its lines. */
async function failureIn(progress: AsyncIterable<Buffer>): Promise<string | undefined> {
  let held = "";
  let failure: string | undefined;
  for await (const chunk of progress) {
    const lines = (held + chunk.toString("utf8")).split("\n");
    held = lines.pop() ?? "";
    for (const line of lines) {
      const { success, output } = v.safeParse(progressSchema, line);
      if (success) failure = output.error ?? failure;
    }
  }
  return failure;
}
