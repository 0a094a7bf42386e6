import { ToolkitError } from "../../platform/errors.ts";
import { labelsOf } from "../published-image.ts";
import type { PushTarget } from "../push-target.ts";
import type { Manifest } from "../registry/blob.ts";
import { putManifestUnderTag } from "../tag.ts";
import { inputsLabel } from "./build-inputs-digest.ts";

/** What the tags of a build stand for before it. */
export type TaggedImages = ReadonlyMap<string, Manifest | undefined>;

export async function findTags({ client }: PushTarget, tags: readonly string[]): Promise<TaggedImages> {
  const found = new Map<string, Manifest | undefined>();
  for (const tag of tags) found.set(tag, await client.getManifest(tag));
  return found;
}

/**
 * The image that an immutable tag stands for, where it was built from the very same inputs: a second run for the same
 * commit takes it, for Docker would build another one, which the tag could not be moved to.
 *
 * @param inputs their digest, see buildInputsDigest
 * @returns `undefined` where no immutable tag is taken
 * @throws {ToolkitError} IMAGE_TAG_IMMUTABLE where one stands for something else
 */
export async function findEarlierImage(
  target: PushTarget,
  found: TaggedImages,
  inputs: string,
  workFolder: string,
): Promise<Manifest | undefined> {
  let earlier: Manifest | undefined;
  for (const [tag, manifest] of found) {
    if (manifest === undefined || !target.repository.isImmutable(tag)) continue;
    const labels = await labelsOf(manifest, target.client, workFolder);
    const same = labels[inputsLabel] === inputs && (earlier === undefined || earlier.digest === manifest.digest);
    if (!same) throw taken(target, tag, manifest.digest);
    earlier = manifest;
  }
  return earlier;
}

/** Puts an image that is there under the tags that do not stand for it yet. @returns whether there was any */
export async function tagEarlierImage(target: PushTarget, image: Manifest, found: TaggedImages): Promise<boolean> {
  const missing = [...found].filter(([, manifest]) => manifest?.digest !== image.digest).map(([tag]) => tag);
  for (const tag of missing) await putManifestUnderTag(image, target.repository, target.client, tag);
  return missing.length > 0;
}

function taken({ repository: { name } }: PushTarget, tag: string, digest: string): ToolkitError {
  return new ToolkitError(
    "IMAGE_TAG_IMMUTABLE",
    `tag ${tag} of repository ${name} is immutable and stands for an image that was not built from these files and inputs: ${digest}`,
    `Push to repository ${name} under another tag, or build the very files and inputs that ${tag} was built from.`,
  );
}
