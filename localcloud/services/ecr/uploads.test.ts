import { readdir, readFile, rm, symlink } from "node:fs/promises";
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

describe("an upload to a disk", () => {
  it("releases bytes once they are hashed and written, and no sooner", async () => {
    const { store, upload } = await startUpload();
    const released: string[] = [];
    const chunk = async function* () {
      for (const text of ["la", "y", "er"]) yield Buffer.from(text);
    };
    await upload.append(chunk(), {
      release: (part) => {
        released.push(Buffer.from(part).toString());
        part.fill(0);
      },
    });
    expect(released).toEqual(["la", "y", "er"]);
    await store.uploads.finish(upload, digestOf(bytes));
    expect(await readFile(store.blobs.path(digestOf(bytes)))).toEqual(bytes);
  });

  it.skipIf(process.platform !== "linux")("that is full ends, for what counts is not what is there", async () => {
    const { store, upload } = await startUpload();
    await rm(upload.file);
    await symlink("/dev/full", upload.file);
    await expect(upload.append(once(bytes))).rejects.toMatchObject({ code: "ENOSPC" });
    await expect(upload.append(once(bytes))).rejects.toBeInstanceOf(UploadGone);
    await expect(store.uploads.finish(upload, digestOf(bytes))).rejects.toBeInstanceOf(UploadGone);
  });
});
