import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Blob, Manifest } from "./blob.ts";
import { type HttpAnswer, readBytes } from "./http.ts";
import { acceptedManifests } from "./media-types.ts";
import type { Registry } from "./registry.ts";
import { registryFailed } from "./registry-errors.ts";
import { explain, persist, type RegistryRequest, sendOnce } from "./requests.ts";
import { isTransientConnectionError, TransientFailure } from "./retry.ts";

/** What the specification asks registries to take. */
const manifestLimitBytes = 4 * 1024 * 1024;

/**
 * A client of one repository by the OCI distribution protocol
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md), with flat memory. Every method tries again
 * where a failure may pass, and throws ToolkitError IMAGE_REGISTRY_DENIED or IMAGE_REGISTRY_FAILED where it does not.
 */
export class RegistryClient {
  readonly #registry: Registry;
  readonly #base: URL;

  constructor(registry: Registry, repository: string) {
    this.#registry = registry;
    this.#base = new URL(`/v2/${repository}/`, registry.origin);
  }

  /**
   * @param version a tag or a digest, which is then verified
   * @returns `undefined` where there is none
   */
  async getManifest(version: string): Promise<Manifest | undefined> {
    const request = this.#request("GET", `manifests/${version}`, { accept: acceptedManifests });
    return this.#persist(async () => {
      const answer = await sendOnce(this.#registry, request);
      if (answer.status === 404) return discard(answer);
      await this.#expect(request, answer, 200);
      const bytes = await this.#read(() => readBytes(answer.body, manifestLimitBytes));
      const digest = sha256(bytes);
      if (version.startsWith("sha256:") && digest !== version) throw this.#damaged(version, digest);
      return { mediaType: mediaTypeOf(answer, bytes), digest, bytes };
    });
  }

  async hasBlob(digest: string): Promise<boolean> {
    const request = this.#request("HEAD", `blobs/${digest}`);
    return this.#persist(async () => {
      const answer = await sendOnce(this.#registry, request);
      // A redirect says where it is, so it is there. Where it leads may be signed for GET alone.
      const exists = answer.status === 200 || answer.status === 307;
      if (!exists && answer.status !== 404) throw registryFailed(this.#registry, await explain(request, answer));
      answer.body.resume();
      return exists;
    });
  }

  /**
   * Writes a blob to a file, and verifies its digest and size on the way.
   *
   * @param onBytes as that of {@link upload}
   */
  async download(blob: Blob, onBytes: (bytes: number) => void): Promise<void> {
    const request = this.#request("GET", `blobs/${blob.digest}`);
    await this.#persist(async () => {
      const answer = await sendOnce(this.#registry, request);
      await this.#expect(request, answer, 200);
      await counting(onBytes, (count) => this.#read(() => this.#save(answer.body, blob, count)));
    });
  }

  /**
   * Uploads a blob in one piece (POST, then PUT with its length).
   *
   * @param onBytes called with the number of bytes that each piece sent adds; negative where an attempt starts again
   */
  async upload(blob: Blob, onBytes: (bytes: number) => void): Promise<void> {
    await this.#persist(async () => {
      const location = await this.#startUpload();
      location.searchParams.set("digest", blob.digest);
      const headers = { "content-type": "application/octet-stream", "content-length": blob.size };
      await counting(onBytes, async (count) => {
        const request = { method: "PUT", url: location, headers, body: () => counted(blob.path, count) } as const;
        const answer = await sendOnce(this.#registry, request);
        await this.#expect(request, answer, 201);
        answer.body.resume();
      });
    });
  }

  /**
   * Puts a manifest under a tag.
   *
   * @returns what the registry says against it, `undefined` where it took it
   */
  async putManifest(tag: string, manifest: Manifest): Promise<string | undefined> {
    const headers = { "content-type": manifest.mediaType, "content-length": manifest.bytes.length };
    const body = () => Readable.from([manifest.bytes]);
    const request = { ...this.#request("PUT", `manifests/${tag}`, headers), body };
    return this.#persist(async () => {
      const answer = await sendOnce(this.#registry, request);
      if (answer.status !== 201) return explain(request, answer);
      answer.body.resume();
      const stored = answer.headers["docker-content-digest"];
      if (stored !== undefined && stored !== manifest.digest) throw this.#damaged(manifest.digest, String(stored));
      return undefined;
    });
  }

  async #startUpload(): Promise<URL> {
    const request = this.#request("POST", "blobs/uploads/", { "content-length": 0 });
    const answer = await sendOnce(this.#registry, request);
    await this.#expect(request, answer, 202);
    answer.body.resume();
    const { location } = answer.headers;
    if (location === undefined || !URL.canParse(location, request.url.href)) {
      throw registryFailed(this.#registry, `${request.url.pathname}: no Location to upload to`);
    }
    return new URL(location, request.url);
  }

  async #save(body: Readable, blob: Blob, count: (bytes: number) => void): Promise<void> {
    const hash = createHash("sha256");
    let size = 0;
    const verified = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        count(chunk.length);
        if (size > blob.size) break;
        yield chunk;
      }
    };
    await pipeline(body, verified, createWriteStream(blob.path));
    const digest = `sha256:${hash.digest("hex")}`;
    if (size !== blob.size || digest !== blob.digest) throw this.#damaged(blob.digest, digest);
  }

  #request<Method extends RegistryRequest["method"]>(
    method: Method,
    path: string,
    headers: RegistryRequest["headers"] = {},
  ) {
    return { method, url: new URL(path, this.#base), headers };
  }

  async #expect(request: RegistryRequest, answer: HttpAnswer, status: number): Promise<void> {
    if (answer.status !== status) throw registryFailed(this.#registry, await explain(request, answer));
  }

  #persist<T>(action: () => Promise<T>): Promise<T> {
    return persist(this.#registry, action);
  }

  /** A connection may also break while an answer is read. */
  async #read<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      this.#registry.signal?.throwIfAborted();
      if (isTransientConnectionError(error)) throw new TransientFailure(error.message, { cause: error });
      throw error;
    }
  }

  #damaged(wanted: string, got: string) {
    return registryFailed(this.#registry, `it sent or stored ${got} where ${wanted} was meant`);
  }
}

function discard(answer: HttpAnswer): undefined {
  answer.body.resume();
  return undefined;
}

/** Some registries leave the header's media type at its plainest; the manifest knows its own. */
function mediaTypeOf(answer: HttpAnswer, bytes: Buffer): string {
  const header = (answer.headers["content-type"] ?? "").split(";", 1)[0]?.trim() ?? "";
  if (header.startsWith("application/vnd.")) return header;
  try {
    const { mediaType }: { mediaType?: unknown } = JSON.parse(bytes.toString("utf8"));
    return typeof mediaType === "string" ? mediaType : header;
  } catch {
    return header;
  }
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Counts an attempt's bytes, and takes them back where it fails. */
async function counting(
  onBytes: (bytes: number) => void,
  attempt: (count: (bytes: number) => void) => Promise<void>,
): Promise<void> {
  let counted = 0;
  try {
    await attempt((bytes) => {
      counted += bytes;
      onBytes(bytes);
    });
  } catch (error) {
    onBytes(-counted);
    throw error;
  }
}

function counted(path: string, onBytes: (bytes: number) => void): Readable {
  const file = createReadStream(path);
  file.on("data", (chunk) => onBytes(chunk.length));
  return file;
}
