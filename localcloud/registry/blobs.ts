/** Pulling layers and configurations. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-blobs */
import { requestedRange } from "./byte-ranges.ts";
import type { Endpoint, Exchange, Headers } from "./exchange.ts";
import { OciError } from "./oci-error.ts";
import { sendFile } from "./send-file.ts";

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
  const part =
    range === undefined ? { start: 0, length: size } : { start: range.first, length: range.last - range.first + 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...blobHeaders(exchange),
    "Content-Length": part.length,
    ...(range === undefined ? {} : { "Content-Range": `bytes ${range.first}-${range.last}/${size}` }),
  });
  await sendFile(response, store.blobs.path(reference), part);
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
