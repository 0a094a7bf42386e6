/** `maxResults` and `nextToken`, as Amazon ECR's listings have them. */
import { invalidParameter } from "./errors.ts";

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;

/**
 * One page of `items`, in the order of their keys. The token names the last key of a page, so that what is added or
 * removed between two pages neither repeats nor hides the rest.
 * @throws {AwsError} `InvalidParameterException`.
 */
export function page<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { maxResults = DEFAULT_PAGE, nextToken }: PageRequest,
): { items: Item[]; nextToken?: string } {
  if (maxResults < 1) throw invalidParameter("maxResults", "Member must have value greater than or equal to 1");
  if (maxResults > MAX_PAGE)
    throw invalidParameter("maxResults", `Member must have value less than or equal to ${MAX_PAGE}`);
  const after = nextToken === undefined ? "" : decode(nextToken);
  const rest = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const taken = rest.slice(0, maxResults);
  const last = taken.at(-1);
  const selected = taken.map(({ item }) => item);
  return rest.length > taken.length && last !== undefined
    ? { items: selected, nextToken: encode(last.key) }
    : { items: selected };
}

function encode(key: string): string {
  return Buffer.from(JSON.stringify({ after: key })).toString("base64");
}

function decode(token: string): string {
  try {
    const { after } = JSON.parse(Buffer.from(token, "base64").toString("utf8"));
    if (typeof after === "string") return after;
  } catch {
    // Not one of ours; answered below.
  }
  throw invalidParameter("nextToken", "Invalid nextToken");
}
