/** Pushing layers and configurations. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-blobs */
import type { IncomingMessage } from "node:http";
import { isDigest } from "../services/ecr/digest.ts";
import {
  type ByteRange,
  ChunkOutOfOrder,
  ChunkSizeMismatch,
  DigestMismatch,
  type Upload,
  UploadGone,
} from "../services/ecr/uploads.ts";
import { giveBack } from "./body-memory.ts";
import { answer, type Endpoint, type Exchange, type Headers, location } from "./exchange.ts";
import { digestInvalid, OciError } from "./oci-error.ts";

/**
 * Begins an upload; with `?digest=` the body is the whole of it. `?mount=` takes a layer from another repository, and
 * begins an upload where there is none or the account setting BLOB_MOUNTING is off.
 */
export const postUpload: Endpoint = async (exchange) => {
  const { query, request, response, store, repository } = exchange;
  const mount = query.get("mount");
  if (mount !== null && store.mountLayer(repository, mount, query.get("from") ?? undefined))
    return answer(response, 201, blobCreated(exchange, mount));
  if (!query.has("digest")) {
    const upload = await store.uploads.begin(repository);
    return answer(response, 202, progress(exchange, upload));
  }
  const digest = requiredDigest(query);
  const upload = await store.uploads.begin(repository);
  try {
    await upload.append(request, { release: giveBack });
    await finish(exchange, upload, digest);
  } catch (error) {
    // The client has not learnt where the upload is and cannot go on with it.
    await store.uploads.cancel(upload);
    throw error;
  }
};

/** 201 where the specification says 202: Amazon ECR does so, and a client must take it from either. */
export const patchUpload: Endpoint = async (exchange) => {
  const upload = findUpload(exchange);
  await append(exchange, upload);
  answer(exchange.response, 201, progress(exchange, upload));
};

export const putUpload: Endpoint = async (exchange) => {
  const upload = findUpload(exchange);
  const digest = requiredDigest(exchange.query);
  await append(exchange, upload);
  await finish(exchange, upload, digest);
};

export const getUpload: Endpoint = (exchange) => {
  answer(exchange.response, 204, progress(exchange, findUpload(exchange)));
};

export const deleteUpload: Endpoint = async (exchange) => {
  await exchange.store.uploads.cancel(findUpload(exchange));
  answer(exchange.response, 204, {});
};

function findUpload({ store, repository, reference }: Exchange): Upload {
  const upload = store.uploads.find(repository, reference);
  if (upload === undefined) throw uploadUnknown(reference);
  return upload;
}

async function append(exchange: Exchange, upload: Upload): Promise<void> {
  try {
    await upload.append(exchange.request, { range: contentRange(exchange.request), release: giveBack });
  } catch (error) {
    if (error instanceof UploadGone) throw uploadUnknown(upload.id);
    if (error instanceof ChunkSizeMismatch)
      throw new OciError(400, "SIZE_INVALID", "provided length did not match content length");
    if (error instanceof ChunkOutOfOrder)
      throw new OciError(416, "BLOB_UPLOAD_INVALID", "the chunk does not follow what the upload has so far", {
        headers: textHeaders(progress(exchange, upload)),
      });
    throw error;
  }
}

async function finish(exchange: Exchange, upload: Upload, digest: string): Promise<void> {
  try {
    await exchange.store.uploads.finish(upload, digest);
  } catch (error) {
    if (error instanceof UploadGone) throw uploadUnknown(upload.id);
    if (error instanceof DigestMismatch)
      throw digestInvalid("provided digest did not match uploaded content", { digest });
    throw error;
  }
  answer(exchange.response, 201, blobCreated(exchange, digest));
}

function blobCreated(exchange: Exchange, digest: string): Headers {
  return { Location: location(exchange, `blobs/${digest}`), "Docker-Content-Digest": digest };
}

/** An upload without bytes says `0-0`, as every registry does. */
function progress(exchange: Exchange, upload: Upload): Headers {
  return {
    Location: location(exchange, `blobs/uploads/${upload.id}`),
    Range: `0-${Math.max(0, upload.size - 1)}`,
    "Docker-Upload-UUID": upload.id,
  };
}

function textHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** @throws {ChunkOutOfOrder} for what is not `first-last`. */
function contentRange(request: IncomingMessage): ByteRange | undefined {
  const header = request.headers["content-range"];
  if (header === undefined) return undefined;
  const [, first, last] = /^(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) throw new ChunkOutOfOrder();
  return { first: Number(first), last: Number(last) };
}

function requiredDigest(query: URLSearchParams): string {
  const digest = query.get("digest") ?? "";
  if (!isDigest(digest)) throw digestInvalid("provided digest is not a sha256 digest", { digest });
  return digest;
}

function uploadUnknown(id: string): OciError {
  return new OciError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", { detail: { upload: id } });
}
