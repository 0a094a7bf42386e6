/**
 * What the rules of a lifecycle policy make of a repository's images.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules
 */
import type { Repository, StoredImage } from "../repository.ts";
import { tagMatches } from "../tag-pattern.ts";
import type { LifecycleRule } from "./policy.ts";

export interface Expiration {
  readonly image: StoredImage;
  readonly rulePriority: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * An image that a rule selects is out of reach for the rules after it, whether it expires or not; it still counts for
 * them. An image that an index lists stays for as long as the index does, an artifact for as long as its subject.
 * @param rules in the order in which they apply.
 * @param now milliseconds since the epoch.
 */
export function expirations(repository: Repository, rules: readonly LifecycleRule[], now: number): Expiration[] {
  const kept = keptByOthers(repository);
  const decided = new Set<StoredImage>();
  const expired: Expiration[] = [];
  for (const { selection, rulePriority } of rules) {
    const selected = youngestFirst(repository).filter((image) => selects(selection, repository.tagsOf(image.digest)));
    for (const image of tooMany(selection, selected, now))
      if (!decided.has(image) && !kept.has(image.digest)) expired.push({ image, rulePriority });
    for (const image of selected) decided.add(image);
  }
  return expired;
}

function tooMany(
  { countType, countNumber }: LifecycleRule["selection"],
  images: readonly StoredImage[],
  now: number,
): readonly StoredImage[] {
  if (countType === "imageCountMoreThan") return images.slice(countNumber);
  return images.filter(({ pushedAt }) => now - pushedAt > countNumber * DAY_MS);
}

/** Every prefix or pattern of a rule wants a tag; it may be the same one. */
function selects(
  { tagStatus, tagPrefixList, tagPatternList }: LifecycleRule["selection"],
  tags: readonly string[],
): boolean {
  if (tagStatus === "any") return true;
  if (tagStatus === "untagged") return tags.length === 0;
  const prefixes = tagPrefixList?.every((prefix) => tags.some((tag) => tag.startsWith(prefix))) ?? true;
  const patterns = tagPatternList?.every((pattern) => tags.some((tag) => tagMatches(pattern, tag))) ?? true;
  return prefixes && patterns;
}

function youngestFirst({ images }: Repository): StoredImage[] {
  return [...images.values()].reverse().sort((a, b) => b.pushedAt - a.pushedAt);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html: artifacts go once their subject has gone. */
export function artifactsOf(repository: Repository, subject: string): StoredImage[] {
  return [...repository.images.values()].filter(({ manifest }) => manifest.subject?.digest === subject);
}

function keptByOthers({ images }: Repository): Set<string> {
  const all = [...images.values()];
  const listed = all.flatMap(({ manifest }) => (manifest.kind === "index" ? manifest.manifests : []));
  const artifacts = all.filter(({ manifest }) => images.has(manifest.subject?.digest ?? ""));
  return new Set([...listed, ...artifacts].map(({ digest }) => digest));
}
