import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { digestOf } from "./digest.ts";
import { createTestRepository, once, openTestStore } from "./store.fixture.ts";
import { UploadGone } from "./uploads.ts";

const bytes = Buffer.from("layer");

async function startUpload() {
  const { store, stateFolder } = await openTestStore();
  const repository = createTestRepository(store, "web");
  return { store, stateFolder, repository, upload: await store.uploads.begin(repository) };
}

describe("an upload with more than one request at a time", () => {
  it("is finished once", async () => {
    const { store, repository, upload } = await startUpload();
    await upload.append(once(bytes));
    const finish = () => store.uploads.finish(upload, digestOf(bytes));
    const results = await Promise.allSettled([finish(), finish()]);
    expect(results).toEqual([{ status: "fulfilled" }, { status: "rejected", reason: expect.any(UploadGone) }]);
    expect([...repository.layers]).toEqual([[digestOf(bytes), bytes.length]]);
    expect(await readFile(store.blobs.path(digestOf(bytes)))).toEqual(bytes);
  });

  it("takes chunks in turn", async () => {
    const { store, upload } = await startUpload();
    const chunks = ["la", "y", "er"].map((text) => upload.append(once(Buffer.from(text))));
    await store.uploads.finish(upload, digestOf(bytes));
    await Promise.all(chunks);
    expect(upload.size).toBe(bytes.length);
  });

  it("takes no more once it is cancelled, and leaves no file", async () => {
    const { store, stateFolder, repository, upload } = await startUpload();
    async function* slow() {
      yield bytes;
      await store.uploads.cancel(upload);
      yield bytes;
    }
    await expect(upload.append(slow())).rejects.toBeInstanceOf(UploadGone);
    await expect(store.uploads.finish(upload, digestOf(bytes))).rejects.toBeInstanceOf(UploadGone);
    expect(store.uploads.find(repository, upload.id)).toBeUndefined();
    expect(await readdir(join(stateFolder, "registry", "uploads"))).toEqual([]);
  });
});
