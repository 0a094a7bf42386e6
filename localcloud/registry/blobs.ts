/** Pulling layers and configurations. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-blobs */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Endpoint, Exchange, Headers } from "./exchange.ts";
import { OciError } from "./oci-error.ts";

export const headBlob: Endpoint = (exchange) => {
  exchange.response.writeHead(200, blobHeaders(exchange));
  exchange.response.end();
};

/** Amazon ECR answers with a redirect to Amazon S3; clients follow those, and do not need them. */
export const getBlob: Endpoint = async (exchange) => {
  const { response, store, reference } = exchange;
  response.writeHead(200, blobHeaders(exchange));
  await pipeline(createReadStream(store.blobs.path(reference)), response);
};

/** @throws {OciError} BLOB_UNKNOWN. A digest that is in the repository is a digest, and safe in a path. */
function blobHeaders({ repository, reference }: Exchange): Headers {
  const size = repository.layers.get(reference);
  if (size === undefined)
    throw new OciError(404, "BLOB_UNKNOWN", "blob unknown to registry", { detail: { digest: reference } });
  return {
    "Content-Type": "application/octet-stream",
    "Content-Length": size,
    "Docker-Content-Digest": reference,
  };
}
