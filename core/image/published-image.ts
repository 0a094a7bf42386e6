import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseConfiguration, parseIndex, parseManifest } from "./base/manifest-schema.ts";
import { formatPlatform } from "./platform.ts";
import type { Manifest } from "./registry/blob.ts";
import { isIndex, isManifest, ociConfig } from "./registry/media-types.ts";
import type { RegistryClient } from "./registry/registry-client.ts";

/** A platform's image: of an index, one of those that it lists. */
export interface PlatformImage {
  /** `linux/amd64` */
  readonly platform: string;
  readonly digest: string;
}

/**
 * The images for platforms that a manifest stands for: itself, or what it lists as an index. Attestations, which an
 * index lists under the platform unknown/unknown, are none.
 *
 * @param platform what a manifest that is no index was built for
 */
export function platformImages({ mediaType, digest, bytes }: Manifest, platform: string): PlatformImage[] {
  if (!isIndex(mediaType)) return [{ platform, digest }];
  return parseIndex(bytes).flatMap((child) => {
    if (child.platform === undefined || child.platform.os === "unknown" || !isManifest(child.mediaType)) return [];
    return [{ platform: formatPlatform(child.platform), digest: child.digest }];
  });
}

/**
 * The labels of an image; of an index, those of the first image that it lists.
 *
 * @param workFolder where its configuration is written
 */
export async function labelsOf(
  manifest: Manifest,
  client: RegistryClient,
  workFolder: string,
): Promise<Readonly<Record<string, string>>> {
  if (isIndex(manifest.mediaType)) {
    const [first] = platformImages(manifest, "");
    const child = first === undefined ? undefined : await client.getManifest(first.digest);
    return child === undefined || isIndex(child.mediaType) ? {} : labelsOf(child, client, workFolder);
  }
  const { digest, size } = parseManifest(manifest.bytes).config;
  if (size > configurationLimitBytes) return {};
  const path = join(workFolder, `labels-${digest.replace(":", "-")}`);
  await client.download({ mediaType: ociConfig, digest, size, path }, () => {});
  return parseConfiguration(await readFile(path)).config.Labels ?? {};
}

/** A configuration is small; one that claims otherwise is none. */
const configurationLimitBytes = 8 * 1024 * 1024;
