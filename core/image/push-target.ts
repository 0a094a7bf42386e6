import type { EcrRepository } from "./ecr-registry.ts";
import type { RegistryClient } from "./registry/registry-client.ts";

/** Where an image is pushed to. */
export interface PushTarget {
  readonly repository: EcrRepository;
  /** A client of that repository's registry. */
  readonly client: RegistryClient;
  readonly tags: readonly [string, ...string[]];
}
