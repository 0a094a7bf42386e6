import { describe, expect, it } from "vitest";
import { digestOf } from "../services/ecr/digest.ts";
import { createTestRepository } from "../services/ecr/store.fixture.ts";
import { startTestRegistry } from "./registry.fixture.ts";

const bytes = Buffer.from("a layer");
const digest = digestOf(bytes);

describe("a mount", () => {
  it("takes a layer of another repository where the account setting says so", async () => {
    const registry = await startTestRegistry();
    createTestRepository(registry.store, "web");
    createTestRepository(registry.store, "other");
    createTestRepository(registry.store, "third");
    await registry.pushBlob("web", bytes);
    registry.store.accountSettings.set("BLOB_MOUNTING", "ENABLED");
    const mount = (from: string) => registry.call("POST", `/v2/other/blobs/uploads/?mount=${digest}${from}`);
    const status = async () => (await registry.call("HEAD", `/v2/other/blobs/${digest}`)).status;
    expect((await mount("&from=third")).status).toBe(202);
    expect((await mount("&from=none")).status).toBe(202);
    expect(await status()).toBe(404);
    const mounted = await mount("&from=web");
    expect(mounted.status).toBe(201);
    expect(mounted.headers.get("location")).toBe(`http://${registry.host}/v2/other/blobs/${digest}`);
    expect(mounted.headers.get("docker-content-digest")).toBe(digest);
    const pulled = await registry.call("GET", `/v2/other/blobs/${digest}`);
    expect(Buffer.from(await pulled.arrayBuffer())).toEqual(Buffer.from(bytes));
    expect(await status()).toBe(200);

    const anywhere = await registry.call("POST", `/v2/third/blobs/uploads/?mount=${digest}`);
    expect(anywhere.status).toBe(201);
    registry.store.accountSettings.set("BLOB_MOUNTING", "DISABLED");
    expect(await status()).toBe(200);
  });
});
