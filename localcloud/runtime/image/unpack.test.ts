import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LayerEntry, layerFixture } from "./layer-fixture.ts";
import { unpackLayers, unpackLimits } from "./unpack.ts";
import { copyRootfs, UnpackedImages } from "./unpacked-images.ts";

let scratch: string;
let rootfs: string;

beforeEach(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), "unpack-test-")));
  rootfs = join(scratch, "rootfs");
  await mkdir(rootfs);
  await writeFile(join(scratch, "victim"), "untouched");
});
afterEach(() => rm(scratch, { recursive: true }));

const text = (path: string) => readFile(join(rootfs, path), "utf8");
async function unpack(...layers: LayerEntry[][]): Promise<void> {
  const files = await Promise.all(layers.map((entries) => layerFixture(scratch, entries)));
  await unpackLayers(files, rootfs);
}

describe("layers", () => {
  it.each(["none", "gzip", "zstd"] as const)("are unpacked from tar with compression %s", async (compression) => {
    const entries = [
      { name: "app/", type: "directory" as const },
      { name: "app/index.html", content: "Hi there!", mtime: new Date("2026-01-02T03:04:05Z") },
    ];
    await unpackLayers([await layerFixture(scratch, entries, compression)], rootfs);
    expect(await text("app/index.html")).toBe("Hi there!");
    expect((await stat(join(rootfs, "app/index.html"))).mtime).toEqual(new Date("2026-01-02T03:04:05Z"));
  });

  it("replace what lower layers hold", async () => {
    await unpack(
      [
        { name: "a", content: "one" },
        { name: "d/x", content: "lower" },
      ],
      [
        { name: "a", content: "two" },
        { name: "d", content: "a file now" },
      ],
    );
    expect(await text("a")).toBe("two");
    expect(await text("d")).toBe("a file now");
  });

  it("hide single files of lower layers, not their own", async () => {
    await unpack(
      [
        { name: "d/gone", content: "" },
        { name: "d/stays", content: "" },
      ],
      [{ name: "d/own", content: "new" }, { name: "d/.wh.gone" }, { name: "d/.wh.own" }],
    );
    expect((await readdir(join(rootfs, "d"))).sort()).toEqual(["own", "stays"]);
  });

  it("hide whole folders of lower layers, not their own, in whatever order", async () => {
    await unpack(
      [
        { name: "d/old", content: "" },
        { name: "d/e/old", content: "" },
      ],
      [{ name: "d/new", content: "" }, { name: "d/e/new", content: "" }, { name: "d/.wh..wh..opq" }],
    );
    expect((await readdir(rootfs, { recursive: true })).sort()).toEqual(["d", "d/e", "d/e/new", "d/new"]);
  });

  it("keep permissions, without set-user-id and always readable for a copy", async () => {
    await unpack([
      { name: "tool", mode: 0o6755, content: "" },
      { name: "secret", mode: 0o200, content: "" },
    ]);
    expect((await stat(join(rootfs, "tool"))).mode & 0o7777).toBe(0o755);
    expect((await stat(join(rootfs, "secret"))).mode & 0o7777).toBe(0o600);
  });

  it("that write through a symbolic link of a lower layer stay inside", async () => {
    await unpack(
      [
        { name: "usr/lib/libc", content: "" },
        { name: "lib", type: "symlink", linkname: "usr/lib" },
      ],
      [{ name: "lib/new", content: "here" }],
    );
    expect(await text("usr/lib/new")).toBe("here");
    expect((await lstat(join(rootfs, "lib"))).isSymbolicLink()).toBe(true);
  });

  it("that cannot be read name the layer", async () => {
    const layer = await layerFixture(scratch, [{ name: "a", content: "x".repeat(4096) }], "gzip");
    await writeFile(layer.path, (await readFile(layer.path)).subarray(0, 40));
    await expect(unpackLayers([layer], rootfs)).rejects.toThrow(
      `failed to extract layer ${layer.digest}: unexpected end of file`,
    );
    await expect(unpackLayers([{ ...layer, mediaType: "text/plain" }], rootfs)).rejects.toThrow(
      "unsupported layer media type text/plain",
    );
  });
});

describe("hostile layers", () => {
  it("have absolute names kept inside", async () => {
    await unpack([{ name: "/etc/passwd", content: "inside" }]);
    expect(await text("etc/passwd")).toBe("inside");
  });

  it.each(["../victim", "a/../../victim", "d/.wh..", "d/.wh..."])("are refused with the name %s", async (name) => {
    await expect(unpack([{ name: "d/x", content: "" }], [{ name, content: "overwritten" }])).rejects.toThrow(
      /invalid (tar entry|whiteout) name/,
    );
    expect(await readFile(join(scratch, "victim"), "utf8")).toBe("untouched");
  });

  it.each(["/", "../../../../../../../../..", "sub/../../../.."])(
    "cannot write through a symbolic link to %s",
    async (linkname) => {
      await unpack([
        { name: "deep/out", type: "symlink", linkname },
        { name: `deep/out${scratch}/victim`, content: "overwritten" },
      ]);
      expect(await readFile(join(scratch, "victim"), "utf8")).toBe("untouched");
      expect(await text(`${scratch}/victim`)).toBe("overwritten");
    },
  );

  it("cannot replace a file behind a symbolic link of their own", async () => {
    await unpack([
      { name: "out", type: "symlink", linkname: join(scratch, "victim") },
      { name: "out", content: "overwritten" },
    ]);
    expect(await readFile(join(scratch, "victim"), "utf8")).toBe("untouched");
    expect(await text("out")).toBe("overwritten");
  });

  it("have symbolic links that lead to the same place inside, as the kernel follows them", async () => {
    await unpack([
      { name: "victim", content: "inside" },
      { name: "a/b/absolute", type: "symlink", linkname: "/victim" },
      { name: "a/b/climbing", type: "symlink", linkname: "../../../../../../victim" },
      { name: "a/b/loop", type: "symlink", linkname: "loop" },
    ]);
    expect(await text("a/b/absolute")).toBe("inside");
    expect(await text("a/b/climbing")).toBe("inside");
    expect(await readlink(join(rootfs, "a/b/absolute"))).toBe("../../victim");
  });

  it("cannot climb behind a symbolic link to a folder of another depth", async () => {
    await unpack([
      { name: "top/file", content: "" },
      { name: "a/b/c/short", type: "symlink", linkname: "/top" },
      { name: "a/b/c/out", type: "symlink", linkname: "short/../../../../victim" },
    ]);
    expect(await readlink(join(rootfs, "a/b/c/out"))).toBe("../../../victim");
  });

  it("have hard links inside only, also to symbolic links", async () => {
    await unpack([
      { name: "a/b/file", content: "one" },
      { name: "a/b/link", type: "symlink", linkname: "../../a/b/file" },
      { name: "second", type: "link", linkname: "a/b/file" },
      { name: "third", type: "link", linkname: "/a/b/link" },
    ]);
    expect(await text("second")).toBe("one");
    expect(await readlink(join(rootfs, "third"))).toBe("a/b/file");
    await expect(unpack([{ name: "victim", type: "link", linkname: "../victim" }])).rejects.toThrow(
      "invalid tar entry name",
    );
    await expect(unpack([{ name: "victim", type: "link", linkname: join(scratch, "victim") }])).rejects.toThrow(
      "ENOENT",
    );
  });

  it("make no devices and pipes", async () => {
    await unpack([
      { name: "dev/sda", type: "block-device", devmajor: 8, devminor: 0 },
      { name: "pipe", type: "fifo" },
      { name: "after", content: "x" },
    ]);
    expect((await readdir(rootfs)).sort()).toEqual(["after", "dev"]);
    expect(await readdir(join(rootfs, "dev"))).toEqual([]);
  });

  it("end at the limits of size and number", async () => {
    const zeros = await layerFixture(scratch, [{ name: "zeros", content: "\0".repeat(2_000_000) }]);
    expect((await stat(zeros.path)).size).toBeLessThan(10_000);
    await expect(unpackLayers([zeros], rootfs, { ...unpackLimits, bytes: 1_000_000 })).rejects.toThrow(
      "more than the 1000000 bytes",
    );
    const many = await layerFixture(
      scratch,
      Array.from({ length: 20 }, (_, index) => ({ name: `f${index}` })),
    );
    await expect(unpackLayers([many], rootfs, { ...unpackLimits, entries: 10 })).rejects.toThrow(
      "more than the 10 files",
    );
    await expect(unpackLayers([many], rootfs, { ...unpackLimits, freeBytes: 10 ** 18 })).rejects.toThrow(
      "less than the 1000000000000000000 bytes of disk that must stay free",
    );
  });
});

describe("unpacked images", () => {
  it("are unpacked once for a list of layers, also when asked for at the same time", async () => {
    const layer = await layerFixture(scratch, [{ name: "a", content: "one" }]);
    const images = new UnpackedImages(join(scratch, "images"));
    const [first, second] = await Promise.all([images.unpack([layer]), images.unpack([layer])]);
    expect(second).toBe(first);
    await rm(layer.path);
    expect(await images.unpack([layer])).toBe(first);
    expect(await readdir(join(scratch, "images"))).toHaveLength(1);
  });

  it("leave nothing when they fail, and can be asked for again", async () => {
    const layer = await layerFixture(scratch, [{ name: "a", content: "one" }]);
    const blob = await readFile(layer.path);
    await writeFile(layer.path, "not gzip");
    const images = new UnpackedImages(join(scratch, "images"));
    await expect(images.unpack([layer])).rejects.toThrow("failed to extract layer");
    expect(await readdir(join(scratch, "images"))).toEqual([]);
    await writeFile(layer.path, blob);
    expect(await readFile(join(await images.unpack([layer]), "a"), "utf8")).toBe("one");
  });

  it("are not changed by what is written to a copy", async () => {
    await unpack([
      { name: "a", content: "one" },
      { name: "b", type: "link", linkname: "a" },
      { name: "l", type: "symlink", linkname: "/a" },
    ]);
    const copy = join(scratch, "copy");
    await copyRootfs(rootfs, copy);
    await writeFile(join(copy, "l"), "changed through the link");
    expect(await readFile(join(copy, "a"), "utf8")).toBe("changed through the link");
    expect(await text("a")).toBe("one");
    expect(await text("b")).toBe("one");
  });
});
