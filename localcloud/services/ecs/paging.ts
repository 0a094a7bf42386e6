import { invalidParameter } from "./errors.ts";

/** One page of a list. The token is the offset, made opaque so that nobody counts on it. */
export function page<Item>(
  all: readonly Item[],
  { nextToken, maxResults = 100 }: { nextToken?: string | undefined; maxResults?: number | undefined },
): { items: Item[]; next: string | undefined } {
  if (maxResults < 1 || maxResults > 100) throw invalidParameter("maxResults must be between 1 and 100.");
  const start = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, "base64url").toString("utf8"));
  if (!Number.isSafeInteger(start) || start < 0) throw invalidParameter("Invalid token.");
  const end = start + maxResults;
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(String(end)).toString("base64url") : undefined,
  };
}
