/**
 * Which tags of a repository can be moved to another image.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
import type { ImageTagMutability, ImageTagMutabilityExclusionFilter } from "@aws-sdk/client-ecr";
import { invalidParameter } from "./errors.ts";
import { isTagPattern, tagMatches } from "./tag-pattern.ts";

export interface TagMutability {
  readonly setting: ImageTagMutability;
  /** Patterns of the tags for which the opposite is true; none without `_WITH_EXCLUSION`. */
  readonly exclusions: readonly string[];
}

const SETTINGS: readonly ImageTagMutability[] = [
  "IMMUTABLE",
  "MUTABLE",
  "IMMUTABLE_WITH_EXCLUSION",
  "MUTABLE_WITH_EXCLUSION",
];
const MAX_FILTERS = 5;
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html */
const MAX_WILDCARDS = 2;

export function isImmutable({ setting, exclusions }: TagMutability, tag: string): boolean {
  return setting.startsWith("IMMUTABLE") !== exclusions.some((pattern) => tagMatches(pattern, tag));
}

/** @throws {AwsError} `InvalidParameterException`. */
export function tagMutabilityFrom(
  asked: string | undefined,
  filters: readonly ImageTagMutabilityExclusionFilter[] = [],
): TagMutability {
  const setting = SETTINGS.find((one) => one === asked);
  if (setting === undefined)
    throw invalidParameter("imageTagMutability", `Member must satisfy enum value set: [${SETTINGS.join(", ")}]`);
  const excludes = setting.endsWith("_WITH_EXCLUSION");
  if (excludes !== filters.length > 0)
    throw invalidParameter(
      "imageTagMutabilityExclusionFilters",
      excludes ? `must be given with ${setting}` : `cannot be given with ${setting}`,
    );
  if (filters.length > MAX_FILTERS)
    throw invalidParameter(
      "imageTagMutabilityExclusionFilters",
      `Member must have length less than or equal to ${MAX_FILTERS}`,
    );
  return { setting, exclusions: filters.map(checkedFilter) };
}

/** The members of a repository and of PutImageTagMutability's answer. */
export function tagMutabilityView({ setting, exclusions }: TagMutability) {
  if (exclusions.length === 0) return { imageTagMutability: setting };
  const filters = exclusions.map((filter) => ({ filterType: "WILDCARD" as const, filter }));
  return { imageTagMutability: setting, imageTagMutabilityExclusionFilters: filters };
}

function checkedFilter({ filterType, filter = "" }: ImageTagMutabilityExclusionFilter): string {
  if (filterType !== "WILDCARD")
    throw invalidParameter(
      "imageTagMutabilityExclusionFilters.filterType",
      "Member must satisfy enum value set: [WILDCARD]",
    );
  if (!isTagPattern(filter, MAX_WILDCARDS))
    throw invalidParameter(
      "imageTagMutabilityExclusionFilters.filter",
      `must satisfy regular expression '[0-9a-zA-Z._*-]{1,128}' with at most ${MAX_WILDCARDS} wildcards`,
    );
  return filter;
}
