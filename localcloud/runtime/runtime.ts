/**
 * The seam between Amazon ECS and what really runs a container: a process, a Docker container, a simulation.
 * A runtime knows nothing of tasks, services or health: those are the ECS agent's (services/ecs/agent).
 */

/** A container to start. Values are already resolved: overrides applied, image pulled. */
export interface ContainerSpec {
  /** Unique on this machine; used for folders and container names. */
  readonly id: string;
  readonly name: string;
  readonly image: PulledImage;
  /** Replaces the image's ENTRYPOINT (and with it its CMD) where given. */
  readonly entryPoint?: readonly string[] | undefined;
  /** Replaces the image's CMD where given. */
  readonly command?: readonly string[] | undefined;
  readonly workingDirectory?: string | undefined;
  /** On top of the image's ENV. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ports on which the container listens; the first is the one that `PORT` stands for. */
  readonly containerPorts: readonly number[];
  readonly user?: string | undefined;
  /** The task that it belongs to; without one it is a container of its own. */
  readonly task?: TaskPlacement | undefined;
  readonly limits?: ContainerLimits | undefined;
  readonly linux?: LinuxSettings | undefined;
  /** Each line of output, without its line end, as it comes. */
  readonly onOutput: (line: string, stream: "stdout" | "stderr") => void;
}

/** What the containers of one task share. */
export interface TaskPlacement {
  /** The task's id, unique on this machine. */
  readonly id: string;
  /** `awsvpc`: the containers of the task share one network and reach each other at 127.0.0.1. */
  readonly networkMode: "awsvpc" | "bridge" | "host" | "none";
  /** How many containers the task has. */
  readonly containerCount: number;
  /** Of all of its containers. */
  readonly containerPorts: readonly number[];
}

/** What a container may use; `undefined` is no limit. */
export interface ContainerLimits {
  /** A share of the machine when there is not enough for all: 1024 for a vCPU. */
  readonly cpuShares?: number | undefined;
  /** The most that it gets, in vCPUs. */
  readonly vcpus?: number | undefined;
  /** A container that takes more is killed. */
  readonly memoryMib?: number | undefined;
  readonly memoryReservationMib?: number | undefined;
}

/** Of a container definition, as they are named there. */
export interface LinuxSettings {
  readonly initProcessEnabled?: boolean | undefined;
  readonly readonlyRootFilesystem?: boolean | undefined;
  readonly ulimits?: readonly { readonly name: string; readonly softLimit: number; readonly hardLimit: number }[];
  readonly capabilities?: { readonly add: readonly string[]; readonly drop: readonly string[] } | undefined;
}

export interface PulledImage {
  /** As it was asked for. */
  readonly reference: string;
  /** Of the manifest (or index) that the reference resolved to: `sha256:…`. */
  readonly digest: string;
  /** The image's own HEALTHCHECK, STOPSIGNAL …: the `config` of its OCI image configuration. */
  readonly config: ImageConfig;
}

/** The part of an OCI image configuration's `config` that running needs. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Env?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly StopSignal?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
}

export interface Exit {
  /** 128 + signal number for a container that a signal ended; `undefined` where nobody knows any more. */
  readonly exitCode: number | undefined;
  /** Set where the runtime knows more, e.g. `OutOfMemoryError: Container killed due to memory usage`. */
  readonly reason?: string;
}

export interface RunningContainer {
  readonly runtimeId: string;
  /** Where a container port is reached from this machine. */
  readonly bindings: readonly { containerPort: number; host: string; hostPort: number }[];
  /** Resolves once, when the container has ended and its output has been read to the end. */
  readonly exited: Promise<Exit>;
  /** Sends a signal to the container's main process, `SIGTERM` style names; no error when it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** Runs a command inside the container and answers its exit code; killed (code 137) when `signal` aborts. */
  exec(command: readonly string[], signal: AbortSignal): Promise<number>;
  /** Removes what is left of an ended container (its folder). */
  remove(): Promise<void>;
}

export interface Runtime {
  readonly kind: "process" | "docker" | "simulated";
  /**
   * @param credentials for the image's registry, where its container definition names some.
   * @throws {CannotPull} with the text that follows `CannotPullContainerError: `.
   */
  pull(reference: string, credentials?: RegistryCredentials): Promise<PulledImage>;
  /** @throws {CannotStart} with the text that follows `CannotStartContainerError: `; {CannotCreate} its own. */
  start(spec: ContainerSpec): Promise<RunningContainer>;
  close(): Promise<void>;
}

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

export class CannotPull extends Error {}
export class CannotStart extends Error {}
/** The container could not even be made: its text follows `CannotCreateContainerError: `. */
export class CannotCreate extends CannotStart {}

/** Where a runtime that unpacks images itself finds them: the registry of this local cloud. */
export interface ImageSource {
  /**
   * @param credentials that a container definition names for the registry; without them the task's execution role pulls.
   * @returns the image behind `HOST:PORT/repository:tag` or `…@sha256:…`, for this machine's platform where it is an index.
   * @throws {CannotPull} in the words of the ECS agent.
   */
  find(reference: string, credentials?: RegistryCredentials): Promise<StoredImage>;
}

export interface StoredImage {
  /** What the reference named: an index's digest where it named an index. */
  readonly digest: string;
  readonly config: { readonly config?: ImageConfig };
  /** Lowest first; `path` is the blob's file on disk. */
  readonly layers: readonly { digest: string; mediaType: string; path: string }[];
}
