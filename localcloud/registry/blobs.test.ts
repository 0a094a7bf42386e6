import { describe, expect, it } from "vitest";
import { createTestRepository } from "../services/ecr/store.fixture.ts";
import { errorOf, startTestRegistry } from "./registry.fixture.ts";

async function startWithBlob(content = "0123456789") {
  const registry = await startTestRegistry();
  createTestRepository(registry.store, "web");
  const path = `/v2/web/blobs/${await registry.pushBlob("web", Buffer.from(content))}`;
  return { ...registry, get: (headers: Record<string, string>) => registry.call("GET", path, { headers }), path };
}

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
