import { describe, expect, it } from "vitest";
import { digestOf } from "../services/ecr/digest.ts";
import {
  ACCOUNT_ID,
  createTestRepository,
  indexOf,
  manifestOf,
  OCI_INDEX,
  OCI_MANIFEST,
} from "../services/ecr/store.fixture.ts";
import { errorOf, startTestRegistry, type TestRegistry } from "./registry.fixture.ts";

const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const [config, layer] = [Buffer.from("{}"), Buffer.from("a layer")];

function put(
  { call }: TestRegistry,
  reference: string,
  body: string | Uint8Array,
  type = OCI_MANIFEST,
  repository = "web",
) {
  return call("PUT", `/v2/${repository}/manifests/${reference}`, { body, headers: { "content-type": type } });
}

async function startWithBlobs(mutability: "MUTABLE" | "IMMUTABLE" = "MUTABLE"): Promise<TestRegistry> {
  const registry = await startTestRegistry();
  createTestRepository(registry.store, "web", mutability);
  await registry.pushBlob("web", config);
  await registry.pushBlob("web", layer);
  return registry;
}

describe("manifests", () => {
  it.each([OCI_MANIFEST, DOCKER_MANIFEST])("gives back, byte for byte, what was pushed as %s", async (type) => {
    const registry = await startWithBlobs();
    const manifest = manifestOf(config, layer, type);
    const digest = digestOf(Buffer.from(manifest));
    const pushed = await put(registry, "v1", manifest, type);
    expect(pushed.status).toBe(201);
    expect(pushed.headers.get("docker-content-digest")).toBe(digest);
    expect(pushed.headers.get("location")).toBe(`http://${registry.host}/v2/web/manifests/${digest}`);
    for (const reference of ["v1", digest]) {
      const pulled = await registry.call("GET", `/v2/web/manifests/${reference}`);
      const head = await registry.call("HEAD", `/v2/web/manifests/${reference}`);
      expect(await pulled.text()).toBe(manifest);
      for (const { headers, status } of [pulled, head])
        expect([
          status,
          headers.get("content-type"),
          headers.get("content-length"),
          headers.get("docker-content-digest"),
        ]).toEqual([200, type, String(manifest.length), digest]);
    }
  });

  it("takes the type from the header where the manifest has none", async () => {
    const registry = await startWithBlobs();
    const manifest = JSON.stringify({ ...JSON.parse(manifestOf(config, layer)), mediaType: undefined });
    expect((await put(registry, "v1", manifest, `${OCI_MANIFEST}; charset=utf-8`)).status).toBe(201);
    expect((await registry.call("HEAD", "/v2/web/manifests/v1")).headers.get("content-type")).toBe(OCI_MANIFEST);
  });

  it("takes an index once its images are there", async () => {
    const registry = await startWithBlobs();
    const manifest = manifestOf(config, layer);
    const digest = digestOf(Buffer.from(manifest));
    const index = indexOf([{ digest, architecture: "amd64" }]);
    expect(await errorOf(await put(registry, "v1", index, OCI_INDEX))).toEqual({
      status: 404,
      code: "MANIFEST_BLOB_UNKNOWN",
      message: `Images with digests '[${digest}]' required for pushing image into repository with name 'web' in the registry with id '${ACCOUNT_ID}' do not exist`,
    });
    expect((await put(registry, digest, manifest)).status).toBe(201);
    expect((await put(registry, "v1", index, OCI_INDEX)).status).toBe(201);
    const pulled = await registry.call("GET", "/v2/web/manifests/v1");
    expect([pulled.headers.get("content-type"), await pulled.text()]).toEqual([OCI_INDEX, index]);
  });

  it("refuses an image whose layers are not in this repository", async () => {
    const registry = await startWithBlobs();
    createTestRepository(registry.store, "api");
    expect(await errorOf(await put(registry, "v1", manifestOf(config, layer), OCI_MANIFEST, "api"))).toEqual({
      status: 404,
      code: "MANIFEST_BLOB_UNKNOWN",
      message: `Layers with digests '[${digestOf(config)}, ${digestOf(layer)}]' required for pushing image into repository with name 'api' in the registry with id '${ACCOUNT_ID}' do not exist`,
    });
    expect((await registry.call("HEAD", "/v2/api/manifests/v1")).status).toBe(404);
  });

  it("refuses a digest that is not the manifest's", async () => {
    const registry = await startWithBlobs();
    const planted = digestOf(Buffer.from("another"));
    expect(await errorOf(await put(registry, planted, manifestOf(config, layer)))).toMatchObject({
      status: 400,
      code: "MANIFEST_INVALID",
      message: `The image with digest '${planted}' in repository 'web' and registry ID '${ACCOUNT_ID}' does not match the image digest that Amazon ECR has calculated.`,
    });
    expect((await registry.call("HEAD", `/v2/web/manifests/${planted}`)).status).toBe(404);
  });

  it("moves a mutable tag, and keeps the image that had it", async () => {
    const registry = await startWithBlobs();
    const other = Buffer.from("another layer");
    await registry.pushBlob("web", other);
    const [first, second] = [manifestOf(config, layer), manifestOf(config, other)];
    for (const manifest of [first, second, second]) expect((await put(registry, "v1", manifest)).status).toBe(201);
    expect(await (await registry.call("GET", "/v2/web/manifests/v1")).text()).toBe(second);
    const old = await registry.call("GET", `/v2/web/manifests/${digestOf(Buffer.from(first))}`);
    expect(await old.text()).toBe(first);
  });

  it("does not overwrite an immutable tag, not even with the same image", async () => {
    const registry = await startWithBlobs("IMMUTABLE");
    const manifest = manifestOf(config, layer);
    expect((await put(registry, "v1", manifest)).status).toBe(201);
    for (const attempt of [manifest, `${manifest} `])
      expect(await errorOf(await put(registry, "v1", attempt))).toEqual({
        status: 400,
        code: "TAG_INVALID",
        message:
          "The image tag 'v1' already exists in the 'web' repository and cannot be overwritten because the tag is immutable.",
      });
    expect((await put(registry, "v2", manifest)).status).toBe(201);
    expect(await (await registry.call("GET", "/v2/web/manifests/v1")).text()).toBe(manifest);
  });

  it("gives an immutable tag to one of two that race for it", async () => {
    const registry = await startWithBlobs("IMMUTABLE");
    const manifest = manifestOf(config, layer);
    const answers = await Promise.all(["", " ", "  ", "   "].map((end) => put(registry, "v1", manifest + end)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400]);
  });

  it.each([
    ["broken JSON", "{", OCI_MANIFEST],
    ["JSON that is no manifest", "[]", OCI_MANIFEST],
    [
      "bytes that are no text",
      Buffer.from(manifestOf(config, layer).replace("gzip", "\u00ff"), "latin1"),
      OCI_MANIFEST,
    ],
    [
      "a digest that leads elsewhere",
      manifestOf(config, layer).replace(/sha256:[0-9a-f]+/, "sha256:../../../etc/passwd"),
      OCI_MANIFEST,
    ],
    ["a negative size", manifestOf(config, layer).replace(/"size": \d+/, '"size": -1'), OCI_MANIFEST],
    ["a type that is not supported", "{}", "application/vnd.docker.distribution.manifest.v1+json"],
    ["two types", manifestOf(config, layer), OCI_INDEX],
  ])("refuses %s", async (_what, body, type) => {
    const registry = await startWithBlobs();
    expect(await errorOf(await put(registry, "v1", body, type))).toMatchObject({ status: 405, code: "UNSUPPORTED" });
    expect((await registry.call("HEAD", "/v2/web/manifests/v1")).status).toBe(404);
  });

  it.each([[], null])("refuses an image whose layers are %j, as Amazon ECR does", async (layers) => {
    const registry = await startWithBlobs();
    const body = JSON.stringify({ ...JSON.parse(manifestOf(config, layer)), layers });
    expect(await errorOf(await put(registry, "v1", body))).toEqual({
      status: 405,
      code: "UNSUPPORTED",
      message:
        "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Image has to have at least 1 layer'",
    });
    expect((await registry.call("HEAD", "/v2/web/manifests/v1")).status).toBe(404);
  });

  it("refuses a manifest of more than 4 MiB", async () => {
    const registry = await startWithBlobs();
    const manifest = manifestOf(config, layer);
    const limit = 4 * 1024 * 1024;
    expect((await put(registry, "v1", manifest.padEnd(limit))).status).toBe(201);
    expect(await errorOf(await put(registry, "v2", manifest.padEnd(limit + 1)))).toMatchObject({
      status: 413,
      code: "MANIFEST_INVALID",
    });
  });

  it("refuses what is neither a tag nor a digest", async () => {
    const registry = await startWithBlobs();
    for (const reference of ["-v1", ".v1", "a b", "v".repeat(129), "sha256:abc", "v1@x"])
      expect(
        await errorOf(await put(registry, encodeURIComponent(reference), manifestOf(config, layer))),
      ).toMatchObject({
        status: 400,
        code: "TAG_INVALID",
      });
  });

  it("says MANIFEST_UNKNOWN for a tag that is not there", async () => {
    const registry = await startWithBlobs();
    expect(await errorOf(await registry.call("GET", "/v2/web/manifests/none"))).toEqual({
      status: 404,
      code: "MANIFEST_UNKNOWN",
      message: "Requested image not found",
    });
  });

  it("deletes a tag while there are others, then the image with it", async () => {
    const registry = await startWithBlobs();
    const manifest = manifestOf(config, layer);
    for (const tag of ["v1", "v2", "v3"]) await put(registry, tag, manifest);
    const [status, exists] = [
      async (method: string, reference: string) =>
        (await registry.call(method, `/v2/web/manifests/${reference}`)).status,
      async (reference: string) => (await registry.call("HEAD", `/v2/web/manifests/${reference}`)).status === 200,
    ];
    const digest = digestOf(Buffer.from(manifest));
    expect(await status("DELETE", "v1")).toBe(202);
    expect([await exists("v1"), await exists("v2"), await exists(digest)]).toEqual([false, true, true]);
    expect(await status("DELETE", digest)).toBe(202);
    expect([await exists("v2"), await exists("v3"), await exists(digest)]).toEqual([false, false, false]);
    expect(await errorOf(await registry.call("DELETE", "/v2/web/manifests/v2"))).toEqual({
      status: 404,
      code: "MANIFEST_UNKNOWN",
      message: "Requested image not found",
    });
    expect((await put(registry, "v4", manifest)).status).toBe(201);
  });

  it("does not delete an image that an index lists, until the index is gone", async () => {
    const registry = await startWithBlobs();
    const manifest = manifestOf(config, layer);
    const child = digestOf(Buffer.from(manifest));
    const index = indexOf([{ digest: child, architecture: "amd64" }]);
    await put(registry, child, manifest);
    await put(registry, "v1", index, OCI_INDEX);
    expect(await errorOf(await registry.call("DELETE", `/v2/web/manifests/${child}`))).toEqual({
      status: 405,
      code: "UNSUPPORTED",
      message: `Requested image referenced by manifest list: [${digestOf(Buffer.from(index))}]`,
    });
    expect((await registry.call("DELETE", "/v2/web/manifests/v1")).status).toBe(202);
    expect((await registry.call("DELETE", `/v2/web/manifests/${child}`)).status).toBe(202);
  });
});
