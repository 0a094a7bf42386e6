import { once } from "node:events";
import { truncate } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { createTestRepository } from "../services/ecr/store.fixture.ts";
import { errorOf, startTestRegistry } from "./registry.fixture.ts";

async function startWithBlob(content: string | Buffer = "0123456789") {
  const registry = await startTestRegistry();
  createTestRepository(registry.store, "web");
  const digest = await registry.pushBlob("web", Buffer.from(content));
  const path = `/v2/web/blobs/${digest}`;
  return {
    ...registry,
    digest,
    get: (headers: Record<string, string>) => registry.call("GET", path, { headers }),
    path,
  };
}

describe("pulling a blob", () => {
  const large = Buffer.alloc(3_000_001, "0123456789");

  it("is byte for byte what was pushed, where it takes more than one buffer", async () => {
    const { get } = await startWithBlob(large);
    expect(Buffer.from(await (await get({})).arrayBuffer()).equals(large)).toBe(true);
    const part = await get({ range: "bytes=1000001-2000000" });
    expect(Buffer.from(await part.arrayBuffer()).equals(large.subarray(1_000_001, 2_000_001))).toBe(true);
  });

  it("is what was pushed to a client that is slower than the disk, too", async () => {
    const content = Buffer.alloc(16 * 1024 * 1024);
    for (let at = 0; at < content.length; at += 4) content.writeUInt32LE(at, at);
    const { host, path, authorization, get } = await startWithBlob(content);
    const asked = request(`http://${host}${path}`, { headers: { authorization } }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    // Nothing is read meanwhile, so that the rest has to wait on the other side.
    for (let others = 0; others < 50; others += 1) await (await get({ range: "bytes=0-1" })).arrayBuffer();
    expect((await buffer(answer)).equals(content)).toBe(true);
  });

  it("ends with a client that goes away, without a defect", async () => {
    const { host, path, authorization, defects, get } = await startWithBlob(large);
    const asked = request(`http://${host}${path}`, { headers: { authorization } }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    await once(answer, "readable");
    asked.destroy();
    expect((await get({ range: "bytes=0-1" })).status).toBe(206);
    expect(defects).toEqual([]);
  });

  it("breaks off where the file on the disk is shorter than the blob", async () => {
    const { store, digest, get, defects } = await startWithBlob(large);
    await truncate(store.blobs.path(digest), 2_000_000);
    await expect(get({}).then((answer) => answer.arrayBuffer())).rejects.toThrow();
    expect(defects).toMatchObject([{ message: expect.stringMatching(/ends at 2000000, before 3000001$/) }]);
  });
});

describe("a range of a blob", () => {
  it.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=7-99", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
    ["bytes=0-0", "0", "bytes 0-0/10"],
  ])("%s is %s", async (range, text, contentRange) => {
    const { get } = await startWithBlob();
    const answer = await get({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(contentRange);
    expect(answer.headers.get("content-length")).toBe(String(text.length));
    expect(await answer.text()).toBe(text);
  });

  it.each(["bytes=10-", "bytes=99-100", "bytes=-0"])("%s cannot be had", async (range) => {
    const { get } = await startWithBlob();
    const answer = await get({ range });
    expect(answer.headers.get("content-range")).toBe("bytes */10");
    expect(await errorOf(answer)).toMatchObject({ status: 416, code: "RANGE_INVALID" });
  });

  it.each<Record<string, string>>([
    {},
    { range: "bytes=0-1,4-5" },
    { range: "bytes=4-2" },
    { range: "bytes=-" },
    { range: "lines=1-2" },
    { range: "bytes=0-1", "if-range": '"etag"' },
  ])("is not what %j asks for: all of it comes", async (headers) => {
    const { get } = await startWithBlob();
    const answer = await get(headers);
    expect([answer.status, await answer.text()]).toEqual([200, "0123456789"]);
    expect(answer.headers.get("accept-ranges")).toBe("bytes");
    expect(answer.headers.get("content-range")).toBeNull();
  });

  it("does not count for HEAD, and an empty blob has none", async () => {
    const { call, path } = await startWithBlob();
    const head = await call("HEAD", path, { headers: { range: "bytes=2-4" } });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "10"]);
    const empty = await startWithBlob("");
    expect((await empty.get({ range: "bytes=0-" })).status).toBe(416);
    expect((await empty.get({})).status).toBe(200);
  });
});
