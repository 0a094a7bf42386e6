import { ToolkitError } from "../platform/errors.ts";
import { parseManifest } from "./base/manifest-schema.ts";
import type { BuiltImage } from "./build-image.ts";
import type { EcrRepository } from "./ecr-registry.ts";
import type { Manifest } from "./registry/blob.ts";
import { isManifest } from "./registry/media-types.ts";
import type { RegistryClient } from "./registry/registry-client.ts";

/** What a tag stands for before the push. */
export interface Tagged {
  readonly digest: string;
  readonly sameContent: boolean;
}

/**
 * Looks a tag up.
 *
 * @returns `undefined` where the tag is free
 * @throws {ToolkitError} IMAGE_TAG_IMMUTABLE where it stands for other content and may not move
 */
export async function findTagged(
  image: BuiltImage,
  repository: EcrRepository,
  client: RegistryClient,
  tag: string,
): Promise<Tagged | undefined> {
  const existing = await client.getManifest(tag);
  if (existing === undefined) return undefined;
  const same = sameContent(existing, image);
  if (!same && repository.isImmutable(tag)) throw immutable(repository, tag, existing.digest, image.manifest.digest);
  return { digest: existing.digest, sameContent: same };
}

/**
 * Puts the image's manifest under the tag.
 *
 * @throws {ToolkitError} IMAGE_TAG_IMMUTABLE where somebody else was faster, IMAGE_REGISTRY_FAILED
 */
export async function putUnderTag(
  image: BuiltImage,
  repository: EcrRepository,
  client: RegistryClient,
  tag: string,
): Promise<void> {
  const refusal = await client.putManifest(tag, image.manifest);
  if (refusal === undefined) return;
  const existing = await client.getManifest(tag);
  if (existing?.digest === image.manifest.digest) return;
  if (existing !== undefined && /immutable/i.test(refusal)) {
    throw immutable(repository, tag, existing.digest, image.manifest.digest);
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
