/** Pulling layers and configurations. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-blobs */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { requestedRange } from "./byte-ranges.ts";
import type { Endpoint, Exchange, Headers } from "./exchange.ts";
import { OciError } from "./oci-error.ts";

export const headBlob: Endpoint = (exchange) => {
  const size = requiredSize(exchange);
  exchange.response.writeHead(200, { ...blobHeaders(exchange), "Content-Length": size });
  exchange.response.end();
};

/** Amazon ECR answers with a redirect to Amazon S3; clients follow those, and do not need them. */
export const getBlob: Endpoint = async (exchange) => {
  const { request, response, store, reference } = exchange;
  const size = requiredSize(exchange);
  const range = requestedRange(request, size);
  if (range === "unsatisfiable")
    throw new OciError(416, "RANGE_INVALID", "requested range not satisfiable", {
      headers: { "Content-Range": `bytes */${size}` },
    });
  if (range === undefined) response.writeHead(200, { ...blobHeaders(exchange), "Content-Length": size });
  else {
    const { first, last } = range;
    const part = { "Content-Length": last - first + 1, "Content-Range": `bytes ${first}-${last}/${size}` };
    response.writeHead(206, { ...blobHeaders(exchange), ...part });
  }
  const bounds = range === undefined ? {} : { start: range.first, end: range.last };
  await pipeline(createReadStream(store.blobs.path(reference), bounds), response);
};

/** @throws {OciError} BLOB_UNKNOWN. A digest that is in the repository is a digest, and safe in a path. */
function requiredSize({ repository, reference }: Exchange): number {
  const size = repository.layers.get(reference);
  if (size === undefined)
    throw new OciError(404, "BLOB_UNKNOWN", "blob unknown to registry", { detail: { digest: reference } });
  return size;
}

function blobHeaders({ reference }: Exchange): Headers {
  return {
    "Accept-Ranges": "bytes",
    "Content-Type": "application/octet-stream",
    "Docker-Content-Digest": reference,
  };
}
