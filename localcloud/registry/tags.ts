/** Listing tags. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags */
import { type Endpoint, location } from "./exchange.ts";
import { OciError } from "./oci-error.ts";

const MAX_TAGS = 1000;

/** In lexical order; `?n=` at most so many, `?last=` those after a tag. A `Link` leads to the rest. */
export const listTags: Endpoint = (exchange) => {
  const { repository, query, response } = exchange;
  const limit = requestedLimit(query.get("n"));
  const last = query.get("last") ?? "";
  const rest = [...repository.tags.keys()].filter((tag) => tag > last).sort();
  const tags = rest.slice(0, limit);
  const end = tags.at(-1);
  const more = rest.length > tags.length && end !== undefined;
  const next = more ? `${location(exchange, "tags/list")}?n=${limit}&last=${encodeURIComponent(end)}` : undefined;
  const body = JSON.stringify({ name: repository.settings.name, tags });
  response.writeHead(200, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    ...(next === undefined ? {} : { Link: `<${next}>; rel="next"` }),
  });
  response.end(body);
};

function requestedLimit(n: string | null): number {
  if (n === null) return MAX_TAGS;
  if (!/^\d{1,9}$/.test(n)) throw new OciError(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested");
  return Math.min(Number(n), MAX_TAGS);
}
