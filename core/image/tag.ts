import { ToolkitError } from "../platform/errors.ts";
import { parseManifest } from "./base/manifest-schema.ts";
import type { BuiltImage } from "./build-image.ts";
import type { EcrRepository } from "./ecr-registry.ts";
import type { PushTarget } from "./push-target.ts";
import type { Manifest } from "./registry/blob.ts";
import { isManifest } from "./registry/media-types.ts";
import type { RegistryClient } from "./registry/registry-client.ts";

/** What the tags stand for before the push. */
export interface Tagged {
  /** An image with the same content that a tag stands for already. */
  readonly same: Manifest | undefined;
  /** The tags that stand for something else, by what that is, or for nothing. */
  readonly others: ReadonlyMap<string, string | undefined>;
}

/**
 * Looks the tags up.
 *
 * @throws {ToolkitError} IMAGE_TAG_IMMUTABLE where one stands for other content and may not move
 */
export async function findTagged(image: BuiltImage, { repository, client, tags }: PushTarget): Promise<Tagged> {
  let same: Manifest | undefined;
  const others = new Map<string, string | undefined>();
  for (const tag of tags) {
    const existing = await client.getManifest(tag);
    const sameAsBuilt = existing !== undefined && sameContent(existing, image);
    if (sameAsBuilt && (same === undefined || same.digest === existing.digest)) {
      same = existing;
      continue;
    }
    if (existing !== undefined && repository.isImmutable(tag)) {
      throw immutable(repository, tag, existing.digest, image.manifest.digest);
    }
    others.set(tag, existing?.digest);
  }
  return { same, others };
}

/**
 * Puts a manifest, whose layers are there, under a tag.
 *
 * @throws {ToolkitError} IMAGE_TAG_IMMUTABLE where somebody else was faster, IMAGE_REGISTRY_FAILED
 */
export async function putManifestUnderTag(
  manifest: Manifest,
  repository: EcrRepository,
  client: RegistryClient,
  tag: string,
): Promise<void> {
  const refusal = await client.putManifest(tag, manifest);
  if (refusal === undefined) return;
  const existing = await client.getManifest(tag);
  if (existing?.digest === manifest.digest) return;
  if (existing !== undefined && /immutable/i.test(refusal)) {
    throw immutable(repository, tag, existing.digest, manifest.digest);
  }
  throw new ToolkitError(
    "IMAGE_REGISTRY_FAILED",
    `repository ${repository.name} did not take the image: ${refusal}`,
    `Read what the registry of ${repository.name} answered, then run the build again.`,
  );
}

/**
 * The configuration names the layers by what is in them, so it tells content apart where manifests tell bytes apart:
 * the same files compressed by another zlib are still the same image.
 */
function sameContent(existing: Manifest, image: BuiltImage): boolean {
  if (existing.digest === image.manifest.digest) return true;
  if (!isManifest(existing.mediaType)) return false;
  return parseManifest(existing.bytes).config.digest === image.configuration.digest;
}

function immutable({ name }: EcrRepository, tag: string, existing: string, built: string): ToolkitError {
  return new ToolkitError(
    "IMAGE_TAG_IMMUTABLE",
    `tag ${tag} of repository ${name} is immutable and stands for other content: ${existing} is there, ${built} was built`,
    `Push to repository ${name} under another tag, or build the very files that ${tag} was built from.`,
  );
}
