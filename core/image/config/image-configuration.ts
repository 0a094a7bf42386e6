import type { HealthCheck } from "../dockerfile/instruction.ts";

/**
 * An image's configuration: https://github.com/opencontainers/image-spec/blob/main/config.md, with Docker's additions
 * (Healthcheck, Shell, OnBuild). Members that a base has and nothing here knows are kept.
 */
export interface ImageConfiguration {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly created?: string;
  readonly author?: string;
  readonly config: ContainerConfig;
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly string[] };
  readonly history: readonly HistoryEntry[];
}

/** What a container of the image starts with. */
export interface ContainerConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly StopSignal?: string;
  readonly Healthcheck?: HealthCheck;
  readonly Shell?: readonly string[];
  readonly OnBuild?: readonly string[] | null;
}

interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly empty_layer?: boolean;
}
