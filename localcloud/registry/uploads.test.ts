import { readdir, readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { digestOf } from "../services/ecr/digest.ts";
import { createTestRepository } from "../services/ecr/store.fixture.ts";
import { errorOf, startTestRegistry, type TestRegistry } from "./registry.fixture.ts";

const bytes = Buffer.from("the bytes of a layer, some forty of them");
const digest = digestOf(bytes);

async function startWithRepository(): Promise<TestRegistry> {
  const registry = await startTestRegistry();
  createTestRepository(registry.store, "web");
  return registry;
}

async function begin({ call }: TestRegistry): Promise<string> {
  const response = await call("POST", "/v2/web/blobs/uploads/");
  expect(response.status).toBe(202);
  expect(response.headers.get("range")).toBe("0-0");
  return response.headers.get("location") ?? "";
}

const filesIn = ({ stateFolder }: TestRegistry, folder: string) => readdir(join(stateFolder, "registry", folder));

describe("pushing a blob", () => {
  it("takes it whole after POST, and gives it back", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    expect(location).toMatch(new RegExp(`^http://${registry.host}/v2/web/blobs/uploads/[0-9a-f-]{36}$`));
    const done = await registry.call("PUT", `${location}?digest=${digest}`, { body: bytes });
    expect(done.status).toBe(201);
    expect(done.headers.get("docker-content-digest")).toBe(digest);

    const pulled = await registry.call("GET", done.headers.get("location") ?? "");
    expect(Buffer.from(await pulled.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(pulled.headers)).toMatchObject({
      "content-length": String(bytes.length),
      "content-type": "application/octet-stream",
      "docker-content-digest": digest,
    });
    const head = await registry.call("HEAD", `/v2/web/blobs/${digest.replace(":", "%3A")}`);
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(String(bytes.length));
    expect(await readFile(join(registry.stateFolder, "registry", "blobs", "sha256", digest.slice(7)))).toEqual(bytes);
    expect(await filesIn(registry, "uploads")).toEqual([]);
  });

  it("takes it with the POST itself", async () => {
    const registry = await startWithRepository();
    const done = await registry.call("POST", `/v2/web/blobs/uploads/?digest=${digest}`, { body: bytes });
    expect(done.status).toBe(201);
    expect(done.headers.get("location")).toBe(`http://${registry.host}/v2/web/blobs/${digest}`);
    expect((await registry.call("HEAD", `/v2/web/blobs/${digest}`)).status).toBe(200);
  });

  it("takes it in chunks, the last one with the PUT", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    const first = await registry.call("PATCH", location, {
      body: bytes.subarray(0, 10),
      headers: { "content-range": "0-9" },
    });
    expect(first.status).toBe(201);
    expect(first.headers.get("range")).toBe("0-9");
    const second = await registry.call("PATCH", first.headers.get("location") ?? "", {
      body: bytes.subarray(10, 25),
      headers: { "content-range": "10-24" },
    });
    expect(second.headers.get("range")).toBe("0-24");
    const status = await registry.call("GET", location);
    expect([status.status, status.headers.get("range")]).toEqual([204, "0-24"]);
    const done = await registry.call("PUT", `${location}?digest=${digest}`, {
      body: bytes.subarray(25),
      headers: { "content-range": `25-${bytes.length - 1}` },
    });
    expect(done.status).toBe(201);
    const pulled = await registry.call("GET", `/v2/web/blobs/${digest}`);
    expect(digestOf(Buffer.from(await pulled.arrayBuffer()))).toBe(digest);
  });

  it("takes one streamed PATCH without a range, as docker sends it", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    async function* stream() {
      for (const byte of bytes) yield Buffer.of(byte);
    }
    const patched = await registry.call("PATCH", location, { body: stream() });
    expect(patched.headers.get("range")).toBe(`0-${bytes.length - 1}`);
    expect((await registry.call("PUT", `${location}?digest=${digest}`)).status).toBe(201);
  });

  it("refuses a chunk that does not follow, and says where the upload stands", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    await registry.call("PATCH", location, { body: bytes.subarray(0, 10), headers: { "content-range": "0-9" } });
    for (const range of ["0-9", "11-20", "9-9", "10-", "x", "bytes 10-20/39", "20-10"]) {
      const refused = await registry.call("PATCH", location, {
        body: bytes.subarray(10, 21),
        headers: { "content-range": range },
      });
      expect(refused.headers.get("range")).toBe("0-9");
      expect(refused.headers.get("location")).toBe(location);
      expect(await errorOf(refused)).toMatchObject({ status: 416, code: "BLOB_UPLOAD_INVALID" });
    }
  });

  it("keeps nothing of a chunk that is not as long as its range", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    await registry.call("PATCH", location, { body: bytes.subarray(0, 10), headers: { "content-range": "0-9" } });
    for (const range of ["10-19", "10-99"])
      expect(
        await errorOf(
          await registry.call("PATCH", location, { body: bytes.subarray(10), headers: { "content-range": range } }),
        ),
      ).toMatchObject({ status: 400, code: "SIZE_INVALID" });
    expect((await registry.call("GET", location)).headers.get("range")).toBe("0-9");
    const done = await registry.call("PUT", `${location}?digest=${digest}`, { body: bytes.subarray(10) });
    expect(done.status).toBe(201);
  });

  it("refuses bytes of another digest, keeps none of them and ends the upload", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    const wrong = digestOf(Buffer.from("something else"));
    const answers = [
      await registry.call("PUT", `${location}?digest=${wrong}`, { body: bytes }),
      await registry.call("POST", `/v2/web/blobs/uploads/?digest=${wrong}`, { body: bytes }),
    ];
    for (const refused of answers)
      expect(await errorOf(refused)).toEqual({
        status: 400,
        code: "DIGEST_INVALID",
        message: "provided digest did not match uploaded content",
      });
    for (const one of [wrong, digest]) expect((await registry.call("HEAD", `/v2/web/blobs/${one}`)).status).toBe(404);
    expect(await errorOf(await registry.call("GET", location))).toMatchObject({
      status: 404,
      code: "BLOB_UPLOAD_UNKNOWN",
    });
    expect(await filesIn(registry, "uploads")).toEqual([]);
    expect(await filesIn(registry, "blobs/sha256")).toEqual([]);
  });

  it("refuses what is no digest", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    for (const bad of ["", "sha256:abc", "sha512:aa", `sha256:${"A".repeat(64)}`, `sha256:../../${"a".repeat(58)}`])
      expect(await errorOf(await registry.call("PUT", `${location}?digest=${encodeURIComponent(bad)}`))).toMatchObject({
        status: 400,
        code: "DIGEST_INVALID",
      });
  });

  it("cancels", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    expect((await registry.call("DELETE", location)).status).toBe(204);
    for (const method of ["GET", "PATCH", "DELETE"]) expect((await registry.call(method, location)).status).toBe(404);
    expect(await filesIn(registry, "uploads")).toEqual([]);
  });

  it("goes on after the client was killed in the middle", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    const killed = httpRequest(location, {
      method: "PATCH",
      headers: {
        authorization: registry.authorization,
        "content-length": bytes.length,
        "content-range": `0-${bytes.length - 1}`,
      },
    });
    killed.on("error", () => undefined);
    killed.write(bytes.subarray(0, 17));
    await vi.waitFor(async () => expect((await registry.call("GET", location)).headers.get("range")).toBe("0-16"));
    killed.destroy();

    const rest = await registry.call("PATCH", location, {
      body: bytes.subarray(17),
      headers: { "content-range": `17-${bytes.length - 1}` },
    });
    expect(rest.status).toBe(201);
    expect((await registry.call("PUT", `${location}?digest=${digest}`)).status).toBe(201);
    expect(registry.defects).toEqual([]);
  });

  it("answers a mount with an upload, as ECR does, and keeps repositories apart", async () => {
    const registry = await startWithRepository();
    createTestRepository(registry.store, "team/blobs/other");
    await registry.pushBlob("web", bytes);
    const elsewhere = "/v2/team/blobs/other/blobs";
    expect(await errorOf(await registry.call("GET", `${elsewhere}/${digest}`))).toMatchObject({
      status: 404,
      code: "BLOB_UNKNOWN",
    });
    const mount = await registry.call("POST", `${elsewhere}/uploads/?mount=${digest}&from=web`);
    expect(mount.status).toBe(202);
    const location = mount.headers.get("location") ?? "";
    expect((await registry.call("GET", location.replace("team/blobs/other", "web"))).status).toBe(404);
    expect((await registry.call("PUT", `${location}?digest=${digest}`, { body: bytes })).status).toBe(201);
    expect((await registry.call("HEAD", `${elsewhere}/${digest}`)).status).toBe(200);
  });

  it("forgets an upload that nobody came back to", async () => {
    const registry = await startWithRepository();
    const location = await begin(registry);
    await registry.clock.advance(59 * 60 * 1000);
    expect((await registry.call("PATCH", location, { body: bytes })).status).toBe(201);
    await registry.clock.advance(59 * 60 * 1000);
    expect((await registry.call("GET", location)).status).toBe(204);
    await registry.clock.advance(61 * 1000);
    expect((await registry.call("GET", location)).status).toBe(404);
    await vi.waitFor(async () => expect(await filesIn(registry, "uploads")).toEqual([]));
  });
});
