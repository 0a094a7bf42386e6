import { constraint, ssmError } from "./errors.ts";

/** One page of a list. The token is the offset, made opaque so that nobody counts on it. */
export function page<Item>(
  all: readonly Item[],
  { token, most, limit }: { token: string | undefined; most: number | undefined; limit: number },
): { items: Item[]; next: string | undefined } {
  const count = most ?? limit;
  if (count < 1 || count > limit) throw constraint(count, "maxResults", `be between 1 and ${limit}`);
  const start = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString("utf8"));
  if (!Number.isSafeInteger(start) || start < 0)
    throw ssmError("InvalidNextToken", "The specified token is not valid.");
  const end = start + count;
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(String(end)).toString("base64url") : undefined,
  };
}
