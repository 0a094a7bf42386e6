/**
 * The OCI distribution protocol over the store of Amazon ECR, for docker, skopeo, crane and the toolkit's own push.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md, without the deletion of blobs.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { EcrStore } from "../services/ecr/store.ts";
import { authorize } from "./authorization.ts";
import { getBlob, headBlob } from "./blobs.ts";
import { listRepositories } from "./catalog.ts";
import { answer, type Endpoint } from "./exchange.ts";
import { deleteManifest, getManifest, headManifest, putManifest } from "./manifests.ts";
import { asOciError, OciError, writeError } from "./oci-error.ts";
import { listReferrers } from "./referrers.ts";
import { listTags } from "./tags.ts";
import { deleteUpload, getUpload, patchUpload, postUpload, putUpload } from "./uploads.ts";

export interface RegistryOptions {
  readonly store: EcrStore;
  readonly clock: Clock;
}

interface Route {
  /** The repository's name, then the reference. */
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, Endpoint>>;
}

/** A name may have slashes, and even a part called `blobs`: the end of the path decides. */
const ROUTES: readonly Route[] = [
  { path: /^\/v2\/(.+)\/blobs\/uploads\/?()$/, methods: { POST: postUpload } },
  {
    path: /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: { GET: getUpload, PATCH: patchUpload, PUT: putUpload, DELETE: deleteUpload },
  },
  { path: /^\/v2\/(.+)\/blobs\/([^/]+)$/, methods: { GET: getBlob, HEAD: headBlob } },
  {
    path: /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    methods: { GET: getManifest, HEAD: headManifest, PUT: putManifest, DELETE: deleteManifest },
  },
  { path: /^\/v2\/(.+)\/tags\/list()$/, methods: { GET: listTags } },
  { path: /^\/v2\/(.+)\/referrers\/([^/]+)$/, methods: { GET: listReferrers } },
];

/**
 * Handles everything under `/v2/`.
 * The returned handler throws what is no answer of the protocol: a defect, a disk that fails.
 */
export function registryHandler({
  store,
  clock,
}: RegistryOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
    try {
      authorize(request, store.tokens, clock.now());
      await dispatch({ store, clock }, request, response);
    } catch (thrown) {
      const error = asOciError(thrown);
      if (error !== undefined) return writeError(response, error);
      // The client went away in the middle; there is nobody to tell.
      if (request.socket.destroyed) return;
      throw thrown;
    }
  };
}

async function dispatch(
  { store, clock }: RegistryOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path, query } = parseUrl(request.url ?? "/");
  const method = request.method ?? "GET";
  if (path === "/v2/" || path === "/v2") {
    allow(method, ["GET", "HEAD"], path);
    return answer(response, 200, {});
  }
  if (path === "/v2/_catalog") {
    allow(method, ["GET"], path);
    return listRepositories(store, request, response, query);
  }
  for (const route of ROUTES) {
    const [, name, reference] = route.path.exec(path) ?? [];
    if (name === undefined || reference === undefined) continue;
    const endpoint = route.methods[method];
    if (endpoint === undefined) throw unsupported(method, path);
    return endpoint({ request, response, query, store, clock, repository: store.repository(name), reference });
  }
  throw new OciError(404, "UNSUPPORTED", `The registry has no ${path}`);
}

function allow(method: string, methods: readonly string[], path: string): void {
  if (!methods.includes(method)) throw unsupported(method, path);
}

function unsupported(method: string, path: string): OciError {
  return new OciError(405, "UNSUPPORTED", `The registry does not ${method} ${path}`);
}

function parseUrl(url: string): { path: string; query: URLSearchParams } {
  const [raw = "/", query = ""] = url.split("?", 2);
  try {
    // Some clients write a digest's colon as %3A.
    return { path: decodeURIComponent(raw), query: new URLSearchParams(query) };
  } catch {
    throw new OciError(400, "UNSUPPORTED", "The path is not percent-encoded UTF-8");
  }
}
