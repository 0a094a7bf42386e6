import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { ToolkitError } from "../../platform/errors.ts";
import { formatBytes } from "../bytes.ts";
import type { ImageConfiguration } from "../config/image-configuration.ts";
import { ImageFiles } from "../layer/image-files.ts";
import { formatPlatform, type Platform, servesPlatform } from "../platform.ts";
import type { Blob, Manifest } from "../registry/blob.ts";
import { isIndex, isManifest, ociConfig, ociLayerType } from "../registry/media-types.ts";
import { type ImageReference, parseReference } from "../registry/reference.ts";
import type { RegistryClient } from "../registry/registry-client.ts";
import { addLayerFiles } from "./layer-files.ts";
import { type Descriptor, parseConfiguration, parseIndex, parseManifest } from "./manifest-schema.ts";

/** What an image is built upon. */
export interface BaseImage {
  readonly configuration: ImageConfiguration;
  /** On disk, lowest first. */
  readonly layers: readonly Blob[];
  readonly files: ImageFiles;
}

export interface BaseOptions {
  readonly platform: Platform;
  /** Where the layers are kept until they are pushed. */
  readonly workFolder: string;
  /** A client for the repository of a reference. */
  readonly registryOf: (reference: ImageReference) => RegistryClient;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Docker's own PATH for images that start from nothing. */
const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** `FROM scratch`. */
export function emptyBase({ os, architecture, variant }: Platform): BaseImage {
  return {
    configuration: {
      architecture,
      os,
      ...(variant === undefined ? {} : { variant }),
      config: { Env: [defaultPath], WorkingDir: "/" },
      rootfs: { type: "layers", diff_ids: [] },
      history: [],
    },
    layers: [],
    files: new ImageFiles(),
  };
}

/**
 * Fetches a base for a platform: its manifest (out of its index, where it has one), configuration and layers, all
 * verified by their digests, and which files it holds.
 *
 * @throws {ToolkitError} IMAGE_BASE_UNUSABLE, IMAGE_REGISTRY_DENIED, IMAGE_REGISTRY_FAILED
 */
export async function fetchBase(text: string, options: BaseOptions): Promise<BaseImage> {
  const reference = parseReference(text);
  if (reference === undefined) throw unusable(text, "is no image reference", `Correct FROM or the build argument.`);
  const client = options.registryOf(reference);
  const manifest = await chooseManifest(reference, client, options.platform);
  const { config, layers } = read(text, () => parseManifest(manifest.bytes));
  const configuration = await fetchConfiguration(text, client, config, options);
  checkConfiguration(text, configuration, layers.length, options.platform);
  const blobs = layers.map((layer) => layerBlob(text, layer, options.workFolder));
  return { configuration, layers: blobs, files: await fetchLayers(reference, blobs, client, options) };
}

async function fetchLayers(
  { text }: ImageReference,
  layers: readonly Blob[],
  client: RegistryClient,
  { progress, signal }: BaseOptions,
): Promise<ImageFiles> {
  const files = new ImageFiles();
  const total = formatBytes(layers.reduce((sum, layer) => sum + layer.size, 0));
  let received = 0;
  for (const layer of layers) {
    await client.download(layer, (bytes) => {
      received += bytes;
      progress(`base ${text}: ${formatBytes(received)} of ${total}`);
    });
    await readBase(text, () => addLayerFiles(layer, files, signal));
  }
  return files;
}

async function chooseManifest(
  reference: ImageReference,
  client: RegistryClient,
  platform: Platform,
): Promise<Manifest> {
  const found = await getManifest(reference.text, reference.version, client);
  if (isManifest(found.mediaType)) return found;
  if (!isIndex(found.mediaType)) throw unusable(reference.text, `is of the unknown type ${found.mediaType}`);
  const children = read(reference.text, () => parseIndex(found.bytes)).filter((child) => isManifest(child.mediaType));
  const match = children.find((child) => child.platform !== undefined && servesPlatform(child.platform, platform));
  if (match === undefined) {
    const offered = children.flatMap((child) => (child.platform === undefined ? [] : [formatPlatform(child.platform)]));
    throw wrongPlatform(reference.text, platform, offered);
  }
  return getManifest(reference.text, match.digest, client);
}

async function getManifest(text: string, version: string, client: RegistryClient): Promise<Manifest> {
  const manifest = await client.getManifest(version);
  if (manifest !== undefined) return manifest;
  throw unusable(text, "is not in its registry", `Push ${text}, or name another base in FROM.`);
}

/** A configuration is small; one that claims otherwise is none. */
const configurationLimitBytes = 8 * 1024 * 1024;

async function fetchConfiguration(text: string, client: RegistryClient, config: Descriptor, options: BaseOptions) {
  if (config.size > configurationLimitBytes) throw unusable(text, `has a configuration of ${config.size} bytes`);
  const blob = { ...config, mediaType: ociConfig, path: join(options.workFolder, fileName(config.digest)) };
  await client.download(blob, () => {});
  const bytes = await readFile(blob.path);
  return read(text, () => parseConfiguration(bytes));
}

function checkConfiguration(text: string, configuration: ImageConfiguration, layers: number, platform: Platform) {
  if (!servesPlatform(configuration, platform)) throw wrongPlatform(text, platform, [formatPlatform(configuration)]);
  if (configuration.rootfs.diff_ids.length !== layers) throw unusable(text, "has not as many layers as it says");
}

function layerBlob(text: string, { mediaType, digest, size }: Descriptor, workFolder: string): Blob {
  const type = ociLayerType(mediaType);
  if (type === undefined) throw unusable(text, `has a layer of the type ${mediaType}, which cannot be copied`);
  return { mediaType: type, digest, size, path: join(workFolder, fileName(digest)) };
}

/** A digest's algorithm and a file's name do not both take a colon everywhere. */
function fileName(digest: string): string {
  return `base-${createHash("sha256").update(digest).digest("hex")}`;
}

function read<T>(text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof v.ValiError)) throw error;
    throw unusable(text, `has a manifest or configuration that cannot be read: ${error.message}`);
  }
}

async function readBase(text: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ToolkitError || !(error instanceof Error)) throw error;
    throw unusable(text, `has a layer that cannot be read: ${error.message}`);
  }
}

function wrongPlatform(text: string, platform: Platform, offered: readonly string[]): ToolkitError {
  return unusable(
    text,
    `is not for ${formatPlatform(platform)} but for ${offered.join(", ") || "no platform at all"}`,
    `Give the input platform as one of these, or name another base in FROM.`,
  );
}

function unusable(text: string, why: string, remedy = `Name another base than ${text} in FROM.`): ToolkitError {
  return new ToolkitError("IMAGE_BASE_UNUSABLE", `the base image ${text} ${why}`, remedy);
}
