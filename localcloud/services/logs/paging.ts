import { checkedLimit } from "./arguments.ts";
import { invalidParameter } from "./errors.ts";

/** As many as DescribeLogGroups and DescribeLogStreams answer at once. */
const maximumPage = 50;

export interface PageRequest {
  readonly limit?: number | undefined;
  readonly nextToken?: string | undefined;
}

/**
 * One page of `items`, sorted by their keys. The token is the key that the page before ended with, so that items that
 * come and go meanwhile are neither skipped nor repeated.
 *
 * @throws {AwsError} `InvalidParameterException`
 */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  request: PageRequest,
  descending = false,
): { items: T[]; nextToken?: string } {
  const limit = checkedLimit(request.limit, maximumPage);
  const direction = descending ? -1 : 1;
  const compare = (one: string, other: string) => (one === other ? 0 : one < other ? -direction : direction);
  const after = request.nextToken === undefined ? undefined : keyIn(request.nextToken);
  const rest = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || compare(key, after) > 0)
    .sort((one, other) => compare(one.key, other.key));
  const taken = rest.slice(0, limit);
  const last = taken.at(-1);
  return {
    items: taken.map(({ item }) => item),
    ...(last !== undefined && rest.length > limit && { nextToken: tokenFor(last.key) }),
  };
}

function tokenFor(key: string): string {
  return Buffer.from(`after:${key}`).toString("base64url");
}

function keyIn(token: string): string {
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (!text.startsWith("after:")) throw invalidToken();
  return text.slice("after:".length);
}

export function invalidToken() {
  return invalidParameter("The specified nextToken is invalid.");
}
