/** For tests: a store in a folder of its own, and small images to push. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ManualClock } from "../../clock.ts";
import { digestOf } from "./digest.ts";
import type { Repository, StoredImage } from "./repository.ts";
import { EcrStore } from "./store.ts";

export const ACCOUNT_ID = "000000000000";
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

export interface TestStore {
  readonly store: EcrStore;
  readonly clock: ManualClock;
  readonly stateFolder: string;
}

export async function openTestStore(): Promise<TestStore> {
  const stateFolder = await mkdtemp(join(tmpdir(), "ecr-store-"));
  onTestFinished(() => rm(stateFolder, { recursive: true, force: true, maxRetries: 5 }));
  const clock = new ManualClock();
  return { store: await EcrStore.open({ stateFolder, clock, accountId: ACCOUNT_ID }), clock, stateFolder };
}

export function createTestRepository(store: EcrStore, name: string, setting: "MUTABLE" | "IMMUTABLE" = "MUTABLE") {
  const tagMutability = { setting, exclusions: [] };
  return store.createRepository({ name, tagMutability, scanOnPush: false, resourceTags: [] });
}

export async function pushBlob(store: EcrStore, repository: Repository, bytes: Uint8Array): Promise<string> {
  const upload = await store.uploads.begin(repository);
  await upload.append(once(bytes));
  await store.uploads.finish(upload, digestOf(bytes));
  return digestOf(bytes);
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The manifest of an image with one layer, as the text that is pushed. */
export function manifestOf(config: Uint8Array, layer: Uint8Array, mediaType = OCI_MANIFEST): string {
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: OCI_CONFIG, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: OCI_LAYER, digest: digestOf(layer), size: layer.length }],
  };
  return JSON.stringify(manifest, undefined, 3);
}

export function indexOf(images: readonly { digest: string; architecture: string; size?: number }[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: images.map(({ digest, architecture, size = 1 }) => ({
      mediaType: OCI_MANIFEST,
      digest,
      size,
      platform: { os: "linux", architecture },
    })),
  });
}

export async function pushManifest(
  store: EcrStore,
  repository: Repository,
  manifest: string,
  tag?: string,
): Promise<StoredImage> {
  return store.putImage(repository, { bytes: Buffer.from(manifest), mediaType: undefined, tag, digest: undefined });
}

/** An image whose layer is `content`, with everything that it needs. */
export async function pushImage(
  store: EcrStore,
  repository: Repository,
  { content, tag, config = {} }: { content: string; tag?: string; config?: object },
): Promise<StoredImage> {
  const [configBytes, layer] = [Buffer.from(JSON.stringify(config)), Buffer.from(content)];
  await pushBlob(store, repository, configBytes);
  await pushBlob(store, repository, layer);
  return pushManifest(store, repository, manifestOf(configBytes, layer), tag);
}
