import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InstantClock } from "../clock.fixture.ts";
import { TemporaryFolder } from "../folders.fixture.ts";
import { basicAuthorization, challengedAuthorization } from "./authorization.ts";
import type { Blob } from "./blob.ts";
import { FakeRegistry, type Fault, sha256 } from "./fake-registry.fixture.ts";
import { RegistryClient } from "./registry-client.ts";

let folder: TemporaryFolder;
let registry: FakeRegistry;
let clock: InstantClock;

beforeEach(async () => {
  folder = await TemporaryFolder.create();
  registry = await FakeRegistry.start();
  clock = new InstantClock();
});

afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function client(options: { authorization?: ReturnType<typeof basicAuthorization>; signal?: AbortSignal } = {}) {
  const { authorization = challengedAuthorization(), signal } = options;
  return new RegistryClient({ origin: `http://${registry.host}`, authorization, clock, signal }, "team/web");
}

async function blobOf(bytes: Buffer): Promise<Blob> {
  const path = join(folder.path, "blob");
  await writeFile(path, bytes);
  return { mediaType: "application/octet-stream", digest: sha256(bytes), size: bytes.length, path };
}

function failTimes(count: number, fault: Fault): void {
  let left = count;
  registry.fault = () => (left-- > 0 ? fault : undefined);
}

describe("RegistryClient", () => {
  it("uploads a blob in one piece, with its length, and counts its bytes", async () => {
    const blob = await blobOf(Buffer.alloc(300_000, 7));
    const counts: number[] = [];
    await client().upload(blob, (bytes) => counts.push(bytes));
    expect(registry.blobs.get(blob.digest)?.length).toBe(300_000);
    expect(counts.length).toBeGreaterThan(1);
    expect(counts.reduce((a, b) => a + b)).toBe(300_000);
    expect(registry.seen.map(({ method, path, contentLength }) => [method, path, contentLength])).toEqual([
      ["POST", "/v2/team/web/blobs/uploads/", "0"],
      ["PUT", "/v2/team/web/blobs/uploads/some-upload", "300000"],
    ]);
    expect(await client().hasBlob(blob.digest)).toBe(true);
    expect(await client().hasBlob(sha256(Buffer.from("another")))).toBe(false);
  });

  it("starts an upload again that broke, and takes the bytes back that were counted", async () => {
    const blob = await blobOf(Buffer.alloc(200_000, 1));
    let puts = 0;
    registry.fault = ({ method }) => (method === "PUT" && ++puts === 1 ? { status: 503 } : undefined);
    let total = 0;
    await client().upload(blob, (bytes) => {
      total += bytes;
    });
    expect(total).toBe(200_000);
    expect(registry.seen.map(({ method }) => method)).toEqual(["POST", "PUT", "POST", "PUT"]);
  });

  it("downloads a blob to a file", async () => {
    const bytes = Buffer.alloc(200_000, 3);
    const { digest, size } = registry.addBlob(bytes);
    const path = join(folder.path, "down");
    await client().download({ mediaType: "", digest, size, path }, () => {});
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it("refuses a blob that is not what its digest says", async () => {
    const { digest, size } = registry.addBlob(Buffer.from("right"));
    registry.blobs.set(digest, Buffer.from("wrong"));
    const path = join(folder.path, "down");
    await expect(client().download({ mediaType: "", digest, size, path }, () => {})).rejects.toMatchObject({
      code: "IMAGE_REGISTRY_FAILED",
      message: expect.stringContaining(sha256(Buffer.from("wrong"))),
    });
    registry.blobs.set(digest, Buffer.from("right and much more"));
    await expect(client().download({ mediaType: "", digest, size, path }, () => {})).rejects.toMatchObject({
      code: "IMAGE_REGISTRY_FAILED",
    });
  });

  it("gets manifests by tag and digest, and verifies the latter", async () => {
    const { digest } = registry.addManifest("application/vnd.oci.image.manifest.v1+json", { a: 1 }, "v1");
    expect(await client().getManifest("v1")).toMatchObject({ digest, mediaType: expect.stringContaining("manifest") });
    expect(await client().getManifest(digest)).toMatchObject({ digest });
    expect(await client().getManifest("v2")).toBeUndefined();
    registry.manifests.set(digest, { mediaType: "x", bytes: Buffer.from("{}") });
    await expect(client().getManifest(digest)).rejects.toMatchObject({ code: "IMAGE_REGISTRY_FAILED" });
  });

  it("takes a manifest's own media type where the header says too little", async () => {
    const mediaType = "application/vnd.oci.image.index.v1+json";
    registry.addManifest("application/json", { mediaType }, "v1");
    expect(await client().getManifest("v1")).toMatchObject({ mediaType });
  });

  it("hands back what the registry says against a manifest", async () => {
    const bytes = Buffer.from("{}");
    const manifest = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: sha256(bytes), bytes };
    registry.immutable = true;
    expect(await client().putManifest("v1", manifest)).toBeUndefined();
    expect(await client().putManifest("v1", manifest)).toMatch(
      /^PUT \/v2\/team\/web\/manifests\/v1: 400 TAG_INVALID: The image tag 'v1' already exists/,
    );
  });

  it.each<[string, Fault]>([
    ["a server error", { status: 500 }],
    ["throttling", { status: 429 }],
    ["a lost connection", "reset"],
  ])("tries again after %s, with growing pauses", async (_, fault) => {
    failTimes(3, fault);
    expect(await client().hasBlob(sha256(Buffer.from("")))).toBe(false);
    expect(clock.sleeps).toEqual([250, 500, 1_000]);
  });

  it("waits as long as Retry-After says, within reason", async () => {
    let answers = 0;
    const waits = ["2", "86400", "Thu, 01 Jan 2026 00:00:05 GMT"];
    registry.fault = () => ({ status: 429, headers: { "retry-after": waits[answers++] ?? "0" } });
    await expect(client().hasBlob("sha256:x")).rejects.toMatchObject({ code: "IMAGE_REGISTRY_FAILED" });
    expect(clock.sleeps).toEqual([2_000, 30_000, 5_000, 0]);
  });

  it("gives up after five attempts, with what was answered", async () => {
    failTimes(99, { status: 502 });
    await expect(client().hasBlob("sha256:x")).rejects.toMatchObject({
      code: "IMAGE_REGISTRY_FAILED",
      message: expect.stringContaining("HEAD /v2/team/web/blobs/sha256:x: 502"),
      remedy: expect.stringContaining(registry.host),
    });
    expect(registry.seen.length).toBe(5);
  });

  it("does not try again what is refused", async () => {
    failTimes(1, { status: 403 });
    await expect(client().hasBlob("sha256:x")).rejects.toMatchObject({ code: "IMAGE_REGISTRY_DENIED" });
    registry.authorization = "Basic right";
    const wrong = client({ authorization: basicAuthorization("wrong") });
    await expect(wrong.hasBlob("sha256:x")).rejects.toMatchObject({ code: "IMAGE_REGISTRY_DENIED" });
    expect(registry.seen.map(({ authorization }) => authorization)).toEqual([undefined, "Basic wrong"]);
    expect(clock.sleeps).toEqual([]);
  });

  it("ends with the signal's reason, also between attempts", async () => {
    const controller = new AbortController();
    failTimes(99, { status: 500 });
    clock.sleep = async (_, signal) => {
      controller.abort(new Error("enough"));
      signal?.throwIfAborted();
    };
    await expect(client({ signal: controller.signal }).hasBlob("sha256:x")).rejects.toThrow("enough");
    expect(registry.seen.length).toBe(1);
  });

  it("follows a redirect of a blob without taking the authorisation along", async () => {
    const bytes = Buffer.from("layer");
    const { digest, size } = registry.addBlob(bytes);
    const seen: (string | undefined)[] = [];
    const storage = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end(bytes);
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => storage.once("listening", resolve));
    registry.redirectBlobsTo = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;
    registry.authorization = "Basic right";
    const path = join(folder.path, "down");
    await client({ authorization: basicAuthorization("right") }).download(
      { mediaType: "", digest, size, path },
      () => {},
    );
    expect(await readFile(path, "utf8")).toBe("layer");
    expect(seen).toEqual([undefined]);
    await new Promise((resolve) => storage.close(resolve));
  });

  it("does not follow redirects for ever", async () => {
    const { digest, size } = registry.addBlob(Buffer.from("x"));
    registry.redirectBlobsTo = `http://${registry.host}/v2/team/web/blobs`;
    const blob = { mediaType: "", digest, size, path: join(folder.path, "down") };
    await expect(client().download(blob, () => {})).rejects.toThrow("too many redirects");
  });

  it("fetches a token for anybody where the registry asks for one", async () => {
    const asked: string[] = [];
    const tokens = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end(JSON.stringify({ token: "public" }));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => tokens.once("listening", resolve));
    const realm = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
    registry.authorization = "Bearer public";
    registry.challenge = `Bearer realm="${realm}",service="fake",scope="repository:team/web:pull"`;
    const anonymous = client();
    expect(await anonymous.hasBlob("sha256:x")).toBe(false);
    expect(await anonymous.hasBlob("sha256:x")).toBe(false);
    expect(asked).toEqual(["/token?service=fake&scope=repository%3Ateam%2Fweb%3Apull"]);
    await new Promise((resolve) => tokens.close(resolve));
  });
});
