import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageConfiguration } from "./config/image-configuration.ts";
import type { Blob, Manifest } from "./registry/blob.ts";
import { ociConfig, ociManifest } from "./registry/media-types.ts";

/**
 * Writes an image's configuration and the manifest that holds it and its layers together
 * (https://github.com/opencontainers/image-spec/blob/main/manifest.md).
 */
export async function sealImage(
  configuration: ImageConfiguration,
  layers: readonly Blob[],
  workFolder: string,
): Promise<{ manifest: Manifest; configuration: Blob }> {
  const bytes = Buffer.from(JSON.stringify(configuration));
  const path = join(workFolder, "configuration.json");
  await writeFile(path, bytes, { flag: "wx" });
  const blob = { mediaType: ociConfig, digest: sha256(bytes), size: bytes.length, path };
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: descriptorOf(blob),
      layers: layers.map(descriptorOf),
    }),
  );
  return { manifest: { mediaType: ociManifest, digest: sha256(manifest), bytes: manifest }, configuration: blob };
}

function descriptorOf({ mediaType, digest, size }: Blob) {
  return { mediaType, digest, size };
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
