import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test may have a request meet instead of its answer. */
export type Fault = { readonly status: number; readonly headers?: Record<string, string> } | "reset";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly contentLength: string | undefined;
}

/**
 * A registry small enough to see that it is right: one repository, in memory, over real HTTP. Tests read and change its
 * fields.
 */
export class FakeRegistry implements AsyncDisposable {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, { mediaType: string; bytes: Buffer }>();
  readonly seen: SeenRequest[] = [];
  immutable = false;
  /** The Authorization header that is let in; anything where it is `undefined`. */
  authorization: string | undefined;
  /** The WWW-Authenticate header of a 401. */
  challenge = 'Basic realm="fake"';
  /** Where GET of a blob is redirected to. */
  redirectBlobsTo: string | undefined;
  /** Asked first for every request. */
  fault: (request: SeenRequest) => Fault | undefined = () => undefined;
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  static async start(): Promise<FakeRegistry> {
    const registry = new FakeRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  addBlob(bytes: Buffer): { digest: string; size: number } {
    const digest = sha256(bytes);
    this.blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  /** Under its digest, and under a tag where one is given. */
  addManifest(mediaType: string, content: object, tag?: string): { digest: string; size: number } {
    const bytes = Buffer.from(JSON.stringify(content));
    const digest = sha256(bytes);
    for (const version of [digest, ...(tag === undefined ? [] : [tag])])
      this.manifests.set(version, { mediaType, bytes });
    return { digest, size: bytes.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", `http://${this.host}`);
    const seen = {
      method: request.method ?? "",
      path: url.pathname,
      authorization: request.headers.authorization,
      contentLength: request.headers["content-length"],
    };
    this.seen.push(seen);
    const fault = this.fault(seen);
    if (fault === "reset") {
      request.socket.destroy();
      return;
    }
    const denied = this.authorization !== undefined && seen.authorization !== this.authorization;
    const refusal = fault ?? (denied ? { status: 401, headers: { "www-authenticate": this.challenge } } : undefined);
    if (refusal !== undefined) {
      request.resume();
      response.writeHead(refusal.status, refusal.headers).end();
      return;
    }
    const body = await readAll(request).catch(() => undefined);
    if (body !== undefined) this.#answer(seen, url, body, request.headers["content-type"] ?? "", response);
  }

  #answer(seen: SeenRequest, url: URL, body: Buffer, contentType: string, response: ServerResponse): void {
    const [, kind = "", rest = ""] = /^\/v2\/.+\/(manifests|blobs)\/(.+)$/.exec(url.pathname) ?? [];
    if (kind === "blobs" && seen.method === "POST") {
      response.writeHead(202, { location: `${url.pathname}some-upload?state=1` }).end();
    } else if (kind === "blobs" && seen.method === "PUT") {
      this.#putBlob(url, body, response);
    } else if (kind === "blobs") {
      this.#getBlob(rest, response);
    } else if (seen.method === "PUT") {
      this.#putManifest(rest, contentType, body, response);
    } else {
      const manifest = this.manifests.get(rest);
      if (manifest === undefined) notFound(response, "MANIFEST_UNKNOWN");
      else response.writeHead(200, { "content-type": manifest.mediaType }).end(manifest.bytes);
    }
  }

  #putBlob(url: URL, body: Buffer, response: ServerResponse): void {
    const digest = sha256(body);
    if (url.searchParams.get("state") !== "1" || url.searchParams.get("digest") !== digest) {
      response.writeHead(400).end(JSON.stringify({ errors: [{ code: "DIGEST_INVALID", message: "digest invalid" }] }));
      return;
    }
    this.blobs.set(digest, body);
    response.writeHead(201).end();
  }

  #getBlob(digest: string, response: ServerResponse): void {
    const blob = this.blobs.get(digest);
    const elsewhere = this.redirectBlobsTo;
    if (blob === undefined) notFound(response, "BLOB_UNKNOWN");
    else if (elsewhere !== undefined) response.writeHead(307, { location: `${elsewhere}/${digest}` }).end();
    else response.writeHead(200, { "content-length": blob.length }).end(blob);
  }

  #putManifest(tag: string, mediaType: string, bytes: Buffer, response: ServerResponse): void {
    if (this.immutable && this.manifests.has(tag)) {
      const message = `The image tag '${tag}' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.`;
      response.writeHead(400).end(JSON.stringify({ errors: [{ code: "TAG_INVALID", message }] }));
      return;
    }
    const digest = sha256(bytes);
    this.manifests.set(tag, { mediaType, bytes });
    this.manifests.set(digest, { mediaType, bytes });
    response.writeHead(201, { "docker-content-digest": digest }).end();
  }
}

function notFound(response: ServerResponse, code: string): void {
  response.writeHead(404).end(JSON.stringify({ errors: [{ code, message: "unknown" }] }));
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
