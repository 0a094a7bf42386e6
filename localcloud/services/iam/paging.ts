import { validation } from "./errors.ts";

const LARGEST = 1000;

/** One page of a list, with the members that IAM's answers have for it. The marker is the offset, made opaque. */
export function page(
  all: readonly string[],
  marker: string | undefined,
  maxItems = 100,
): { items: string[]; IsTruncated: boolean; Marker?: string } {
  if (maxItems < 1 || maxItems > LARGEST) throw validation(`MaxItems must be between 1 and ${LARGEST}.`);
  const start = marker === undefined ? 0 : Number(Buffer.from(marker, "base64url").toString("utf8"));
  if (!Number.isSafeInteger(start) || start < 0) throw validation("Invalid Marker.");
  const end = start + maxItems;
  const items = all.slice(start, end);
  if (end >= all.length) return { items, IsTruncated: false };
  return { items, IsTruncated: true, Marker: Buffer.from(String(end)).toString("base64url") };
}
