/** Manifests and indexes, byte for byte. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests */
import type { IncomingMessage } from "node:http";
import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import type { Clock } from "../clock.ts";
import { BodyTooLarge, BodyTooSlow, readBody, TooManyBodies } from "../request-body.ts";
import { isDigest } from "../services/ecr/digest.ts";
import { deleteImage } from "../services/ecr/image-deletion.ts";
import { MAX_MANIFEST_BYTES } from "../services/ecr/manifest.ts";
import { isTag } from "../services/ecr/names.ts";
import type { StoredImage } from "../services/ecr/repository.ts";
import { answer, type Endpoint, type Exchange, type Headers, location } from "./exchange.ts";
import { OciError } from "./oci-error.ts";

export const headManifest: Endpoint = (exchange) => {
  exchange.response.writeHead(200, manifestHeaders(requiredImage(exchange)));
  exchange.response.end();
};

export const getManifest: Endpoint = async (exchange) => {
  const image = requiredImage(exchange);
  const bytes = await exchange.store.readManifest(image);
  exchange.response.writeHead(200, manifestHeaders(image));
  exchange.response.end(bytes);
};

export const putManifest: Endpoint = async (exchange) => {
  const { request, response, store, repository, reference, clock } = exchange;
  const byDigest = isDigest(reference);
  if (!byDigest && !isTag(reference))
    throw new OciError(400, "TAG_INVALID", "the reference is neither a tag nor a sha256 digest", {
      detail: { reference },
    });
  const image = await store.putImage(repository, {
    bytes: await readManifest(request, clock),
    mediaType: request.headers["content-type"]?.split(";", 1)[0]?.trim(),
    tag: byDigest ? undefined : reference,
    digest: byDigest ? reference : undefined,
  });
  const subject = image.manifest.subject?.digest;
  answer(response, 201, {
    Location: location(exchange, `manifests/${image.digest}`),
    "Docker-Content-Digest": image.digest,
    ...(subject === undefined ? {} : { "OCI-Subject": subject }),
  });
};

/** As BatchDeleteImage: a digest takes the image with its tags, a tag goes alone while there are others. */
export const deleteManifest: Endpoint = ({ response, repository, reference }) => {
  const { failures } = deleteImage(repository, imageId(reference));
  const [failure] = failures;
  if (failure === undefined) return answer(response, 202, {});
  const reason = failure.failureReason ?? "";
  throw failure.failureCode === "ImageNotFound"
    ? new OciError(404, "MANIFEST_UNKNOWN", reason)
    : new OciError(405, "UNSUPPORTED", reason);
};

function requiredImage({ repository, reference }: Exchange): StoredImage {
  const image = repository.find(imageId(reference));
  if (image === undefined) throw new OciError(404, "MANIFEST_UNKNOWN", "Requested image not found");
  return image;
}

function imageId(reference: string): ImageIdentifier {
  return isDigest(reference) ? { imageDigest: reference } : { imageTag: reference };
}

function manifestHeaders({ digest, manifest, manifestBytes }: StoredImage): Headers {
  return {
    "Content-Type": manifest.mediaType,
    "Content-Length": manifestBytes,
    "Docker-Content-Digest": digest,
  };
}

/** @throws {OciError} for a body that is larger or slower than a manifest's may be. */
async function readManifest(request: IncomingMessage, clock: Clock): Promise<Buffer> {
  const refused = (status: number, message: string) =>
    new OciError(status, "MANIFEST_INVALID", message, { headers: { Connection: "close" } });
  try {
    return await readBody(request, MAX_MANIFEST_BYTES, clock);
  } catch (error) {
    if (error instanceof BodyTooLarge) throw refused(413, `a manifest is not larger than ${MAX_MANIFEST_BYTES} bytes`);
    if (error instanceof BodyTooSlow) throw refused(408, error.message);
    if (error instanceof TooManyBodies) throw new OciError(429, "TOOMANYREQUESTS", error.message);
    throw error;
  }
}
