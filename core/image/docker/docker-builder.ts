import * as v from "valibot";
import { ToolkitError } from "../../platform/errors.ts";
import type { Platform } from "../platform.ts";
import { type DockerOptions, runDocker } from "./docker-process.ts";

/** What builds with Docker here. */
export interface DockerBuilder {
  /**
   * `buildx`: the plugin. `buildkit`: BuildKit in the engine, as clients before 23 reach it without a plugin.
   * `classic`: the builder that is older than both.
   */
  readonly kind: "buildx" | "buildkit" | "classic";
  /** For people: `docker buildx 0.13.1 (driver docker)`. */
  readonly name: string;
  /** Of the plugin: its first two numbers. */
  readonly buildxVersion: readonly [number, number];
  /** Whether it makes indexes: images for several platforms, attestations, and caches of every type. */
  readonly makesIndexes: boolean;
  /** What the engine itself runs. */
  readonly enginePlatform: Platform;
}

const info = v.object({
  ServerVersion: v.optional(v.string(), ""),
  ServerErrors: v.optional(v.nullable(v.array(v.string()))),
  OSType: v.optional(v.string(), ""),
  Architecture: v.optional(v.string(), ""),
  DriverStatus: v.optional(v.nullable(v.array(v.array(v.string())))),
  ClientInfo: v.optional(
    v.object({
      Version: v.optional(v.string()),
      Plugins: v.optional(v.nullable(v.array(v.object({ Name: v.string(), Version: v.optional(v.string(), "") })))),
    }),
  ),
});

type Info = v.InferOutput<typeof info>;

/** The first client that has no way to BuildKit but the plugin. */
const pluginOnly = 23;

/**
 * Finds what builds here: buildx where Docker has the plugin, else BuildKit in the engine, else the classic builder.
 * `DOCKER_BUILDKIT=0` asks for the classic one, as it does of Docker.
 *
 * @throws {ToolkitError} DOCKER_UNAVAILABLE where no engine answers
 */
export async function findDockerBuilder(options: DockerOptions): Promise<DockerBuilder> {
  const found = await askEngine(options);
  const plugin = found.ClientInfo?.Plugins?.find(({ Name }) => Name === "buildx");
  const enginePlatform = { os: found.OSType, architecture: architectureOf(found.Architecture) };
  const engine = { enginePlatform, buildxVersion: [0, 0], makesIndexes: false } as const;
  if (options.environment.DOCKER_BUILDKIT === "0" || (plugin === undefined && !reachesBuildKit(found))) {
    return { ...engine, kind: "classic", name: `docker build ${found.ServerVersion} (the classic builder)` };
  }
  if (plugin === undefined) {
    return { ...engine, kind: "buildkit", name: `docker build ${found.ServerVersion} (BuildKit without buildx)` };
  }
  const driver = await driverOf(options);
  const name = `docker buildx ${plugin.Version.replace(/^v/, "")} (driver ${driver})`;
  const makesIndexes = driver !== "docker" || keepsIndexes(found);
  return { ...engine, kind: "buildx", name, buildxVersion: versionOf(plugin.Version), makesIndexes };
}

async function askEngine(options: DockerOptions): Promise<Info> {
  let found: Info | undefined;
  const onLine = (line: string) => {
    found ??= parseInfo(line);
  };
  const { lines } = await runDocker(["info", "--format", "{{json .}}"], { ...options, onLine });
  if (found !== undefined && found.ServerVersion !== "") return found;
  const why = found?.ServerErrors?.[0] ?? lines.findLast((line) => line !== "" && !line.startsWith("{"));
  throw new ToolkitError(
    "DOCKER_UNAVAILABLE",
    `no Docker engine answers: ${why ?? "docker info says nothing"}`,
    "Start Docker or correct DOCKER_HOST, or build with the input builder native.",
  );
}

function parseInfo(line: string): Info | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const parsed = v.safeParse(info, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** A client that does not tell its version is older than those that need the plugin. */
function reachesBuildKit({ ClientInfo, ServerVersion }: Info): boolean {
  const [client] = versionOf(ClientInfo?.Version ?? "");
  return client < pluginOnly && versionOf(ServerVersion)[0] >= 19;
}

async function driverOf(options: DockerOptions): Promise<string> {
  const { lines } = await runDocker(["buildx", "inspect"], options);
  return lines.flatMap((line) => /^Driver:\s+(\S+)/.exec(line)?.[1] ?? []).at(0) ?? "unknown";
}

/** Only an engine that keeps its images in containerd's store keeps indexes. */
function keepsIndexes({ DriverStatus }: Info): boolean {
  return (DriverStatus ?? []).some(([name, value]) => name === "driver-type" && value?.startsWith("io.containerd."));
}

function versionOf(text: string): [number, number] {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}

const goArchitectures: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", armv7l: "arm" };

function architectureOf(machine: string): string {
  return goArchitectures[machine] ?? machine;
}
