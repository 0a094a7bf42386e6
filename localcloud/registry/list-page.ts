/** `?n=` and `?last=`. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags */
import { invalidParameter } from "../services/ecr/errors.ts";
import type { Headers } from "./exchange.ts";
import { OciError } from "./oci-error.ts";

const MAX_RESULTS = 1000;

/**
 * In lexical order at most `n`, those after `last`.
 * @param url of the listing, without a query; the `Link` to the rest, where there is more, extends it.
 * @throws {AwsError} `InvalidParameterException` for more than 1000: Amazon ECR makes `maxResults` of it.
 */
export function listPage(
  all: readonly string[],
  query: URLSearchParams,
  url: string,
): { items: string[]; link: Headers } {
  const limit = requestedLimit(query.get("n"));
  const after = query.get("last") ?? "";
  const rest = all.filter((one) => one > after).sort();
  const items = rest.slice(0, limit);
  const end = items.at(-1);
  if (end === undefined || rest.length === items.length) return { items, link: {} };
  return { items, link: { Link: `<${url}?n=${limit}&last=${encodeURIComponent(end)}>; rel="next"` } };
}

function requestedLimit(n: string | null): number {
  if (n === null) return MAX_RESULTS;
  if (!/^\d{1,9}$/.test(n)) throw new OciError(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested");
  if (Number(n) > MAX_RESULTS)
    throw invalidParameter("maxResults", `Member must have value less than or equal to ${MAX_RESULTS}`);
  return Number(n);
}
