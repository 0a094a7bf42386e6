import type { Platform } from "./platform.ts";
import type { ImageReference } from "./registry/reference.ts";
import type { RegistryClient } from "./registry/registry-client.ts";

/** What the native builder is given. */
export interface NativeInput {
  /** The folder that COPY copies from. */
  readonly context: string;
  /** The Dockerfile; by default `Dockerfile` in the context. */
  readonly file?: string | undefined;
  /** The stage to build; by default the last one. */
  readonly target?: string | undefined;
  readonly buildArgs: ReadonlyMap<string, string>;
  /** Labels besides those of the Dockerfile. */
  readonly labels?: ReadonlyMap<string, string>;
  readonly platform: Platform;
  /** For every file and every date in the image, in seconds since the epoch. */
  readonly sourceDateEpoch: number;
  /** An empty folder for the layers; the caller removes it once they are pushed. */
  readonly workFolder: string;
}

export interface NativeServices {
  /** A client for the repository of a base. */
  readonly registryOf: (reference: ImageReference) => RegistryClient;
  readonly warn: (line: string) => void;
  /** A figure that moves while something long goes on. */
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}
