import { join } from "node:path";
import { type BaseImage, emptyBase, fetchBase } from "./base/base-image.ts";
import { BuildVariables } from "./build-variables.ts";
import type { ImageConfiguration } from "./config/image-configuration.ts";
import { openContext, readDockerfile } from "./context/build-context.ts";
import type { StageInstruction } from "./dockerfile/instruction.ts";
import { type Dockerfile, parseDockerfile } from "./dockerfile/parse.ts";
import { sealImage } from "./image-manifest.ts";
import { writeLayer } from "./layer/write-layer.ts";
import type { Platform } from "./platform.ts";
import type { Blob, Manifest } from "./registry/blob.ts";
import { ociGzipLayer } from "./registry/media-types.ts";
import type { ImageReference } from "./registry/reference.ts";
import type { RegistryClient } from "./registry/registry-client.ts";
import { Stage } from "./stage.ts";

export interface BuildInput {
  /** The folder that COPY copies from. */
  readonly context: string;
  /** The Dockerfile; by default `Dockerfile` in the context. */
  readonly file?: string | undefined;
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly platform: Platform;
  /** For every file and every date in the image, in seconds since the epoch. */
  readonly sourceDateEpoch: number;
  /** An empty folder for the layers; the caller removes it once they are pushed. */
  readonly workFolder: string;
}

export interface BuildServices {
  /** A client for the repository of a base. */
  readonly registryOf: (reference: ImageReference) => RegistryClient;
  readonly warn: (line: string) => void;
  /** A figure that moves while something long goes on. */
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface BuiltImage {
  readonly manifest: Manifest;
  readonly configuration: Blob;
  /** Lowest first, on disk. */
  readonly layers: readonly Blob[];
}

/**
 * Builds an image without any engine, from a Dockerfile with the instructions that need none (see parseDockerfile).
 * The same context, Dockerfile, arguments and base make the same digest. (The compressed bytes are zlib's: another
 * version of Node may compress otherwise, which changes the manifest's digest, but not the configuration's.)
 *
 * @throws {ToolkitError} IMAGE_* codes; the signal's reason
 */
export async function buildImage(input: BuildInput, services: BuildServices): Promise<BuiltImage> {
  const file = await readDockerfile(input.context, input.file);
  const dockerfile = parseDockerfile(file.text, file.name);
  const context = await openContext(input.context, file.path);
  const variables = new BuildVariables(dockerfile, input.buildArgs, input.platform);
  const base = await openBase(variables.base(), input, services);
  const stage = new Stage(base, context, variables);
  const layers = [...base.layers];
  let configuration: ImageConfiguration = base.configuration;
  for (const [index, instruction] of dockerfile.instructions.entries()) {
    services.signal?.throwIfAborted();
    const entries = await stage.run(instruction);
    const layer = entries === undefined ? undefined : await writeLayer(entries, layerOptions(index, input, services));
    if (layer !== undefined) layers.push({ mediaType: ociGzipLayer, ...layer });
    configuration = recordStep(configuration, instruction, layer?.diffId, dateOf(input));
  }
  warnUnused(variables, dockerfile, services);
  const finished = { ...configuration, created: dateOf(input), config: stage.config };
  return { ...(await sealImage(finished, layers, input.workFolder)), layers };
}

async function openBase(reference: string, input: BuildInput, services: BuildServices): Promise<BaseImage> {
  const { platform, workFolder } = input;
  if (reference === "scratch") return emptyBase(platform);
  return fetchBase(reference, { platform, workFolder, ...services });
}

function layerOptions(index: number, input: BuildInput, { signal }: BuildServices) {
  return { path: join(input.workFolder, `layer-${index}`), modified: input.sourceDateEpoch, signal };
}

function dateOf({ sourceDateEpoch }: BuildInput): string {
  return new Date(sourceDateEpoch * 1_000).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Every instruction has its line in the history, as written: without the values of build arguments. */
function recordStep(
  configuration: ImageConfiguration,
  { text }: StageInstruction,
  diffId: string | undefined,
  created: string,
): ImageConfiguration {
  const entry = { created, created_by: text, ...(diffId === undefined ? { empty_layer: true } : {}) };
  const diffIds = configuration.rootfs.diff_ids;
  return {
    ...configuration,
    rootfs: { type: "layers", diff_ids: diffId === undefined ? diffIds : [...diffIds, diffId] },
    history: [...configuration.history, entry],
  };
}

function warnUnused(variables: BuildVariables, { from }: Dockerfile, { warn }: BuildServices): void {
  const unused = variables.unusedBuildArgs();
  if (unused.length > 0) warn(`build-args: ${unused.join(", ")}: no ARG of ${from.place.file} has this name`);
}
