import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { build as buildIn } from "../build.fixture.ts";
import { InstantClock } from "../clock.fixture.ts";
import { TemporaryFolder } from "../folders.fixture.ts";
import { challengedAuthorization } from "../registry/authorization.ts";
import { FakeRegistry, sha256 } from "../registry/fake-registry.fixture.ts";
import type { ImageReference } from "../registry/reference.ts";
import { RegistryClient } from "../registry/registry-client.ts";
import { makeTar } from "../tar.fixture.ts";

const oci = "application/vnd.oci.image.manifest.v1+json";
const dockerLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip";

let folder: TemporaryFolder;
let registry: FakeRegistry;

beforeEach(async () => {
  folder = await TemporaryFolder.create();
  registry = await FakeRegistry.start();
  await folder.write({ "context/a": "A", "context/d/b": "B" });
});

afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

type Layers = readonly Parameters<typeof makeTar>[0][];

/** Pushes a base of these layers and answers its manifest's descriptor. */
async function pushBase(
  layers: Layers,
  options: {
    config?: object;
    platform?: object;
    layerType?: string;
    encode?: (tar: Buffer) => Buffer;
    tag?: string;
  } = {},
) {
  const blobs = [];
  for (const layer of layers) {
    const { layerType = dockerLayer, encode = gzipSync } = options;
    blobs.push({ mediaType: layerType, ...registry.addBlob(encode(await makeTar(layer))) });
  }
  const configuration = {
    architecture: "amd64",
    os: "linux",
    ...options.platform,
    docker_version: "20.10",
    author: "somebody",
    config: { Env: ["PATH=/bin", "KEEP=1"], WorkingDir: "/srv", Cmd: ["old"], Labels: null, ...options.config },
    rootfs: { type: "layers", diff_ids: blobs.map((_, index) => sha256(Buffer.from(`tar ${index}`))) },
    history: [{ created_by: "base" }],
  };
  const config = { mediaType: "", ...registry.addBlob(Buffer.from(JSON.stringify(configuration))) };
  const manifest = { schemaVersion: 2, mediaType: oci, config, layers: blobs };
  return { mediaType: oci, ...registry.addManifest(oci, manifest, options.tag) };
}

async function build(lines: string[], architecture = "amd64") {
  await folder.write({ "context/Dockerfile": [`FROM ${registry.host}/base:1`, ...lines].join("\n") });
  const registryOf = ({ host, repository }: ImageReference) =>
    new RegistryClient(
      { origin: `http://${host}`, authorization: challengedAuthorization(), clock: new InstantClock() },
      repository,
    );
  return buildIn(folder, { platform: { os: "linux", architecture } }, registryOf);
}

describe("a base from a registry", () => {
  it("hands on its configuration, history and layers, by their OCI names", async () => {
    const base = { "bin/": "", "bin/node": "NODE" };
    await pushBase([base, { "etc/x": "X" }], { tag: "1" });
    const { configuration, image, layers, read } = await build(["ENV KEEP=2", "COPY a ."]);
    expect(configuration).toMatchObject({
      author: "somebody",
      config: { Env: ["PATH=/bin", "KEEP=2"], WorkingDir: "/srv", Cmd: ["old"] },
      rootfs: { diff_ids: [sha256(Buffer.from("tar 0")), sha256(Buffer.from("tar 1")), expect.any(String)] },
      history: [{ created_by: "base" }, { created_by: "ENV KEEP=2" }, { created_by: "COPY a ." }],
    });
    expect(configuration).not.toHaveProperty("docker_version");
    expect(configuration.config).not.toHaveProperty("Labels");
    expect(image.layers.map(({ mediaType }) => mediaType)).toEqual(
      Array(3).fill("application/vnd.oci.image.layer.v1.tar+gzip"),
    );
    expect(image.layers[0]?.digest).toBe(sha256(gzipSync(await makeTar(base))));
    expect(layers[2]).toEqual(["755 0:0 srv/", "644 0:0 srv/a"]);
    expect(read("bin/node")).toBe("NODE");
  });

  it("shows how much of it has come", async () => {
    await pushBase([{ a: "x".repeat(5_000) }], { tag: "1" });
    const { progress, image } = await build([]);
    const size = image.layers[0]?.size;
    expect(progress.at(-1)).toBe(`base ${registry.host}/base:1: ${size} B of ${size} B`);
  });

  it.each<[string, (tar: Buffer) => Buffer]>([
    ["tar", (tar) => tar],
    ["tar+gzip", gzipSync],
    ["tar+zstd", zstdCompressSync],
  ])("may have layers of the type %s", async (type, encode) => {
    const layerType = `application/vnd.oci.image.layer.v1.${type}`;
    await pushBase([{ "app/": "" }], { tag: "1", layerType, encode });
    const { image, layers } = await build(["COPY a /app"]);
    expect(image.layers[0]?.mediaType).toBe(layerType);
    expect(layers[1]).toEqual(["644 0:0 app/a"]);
  });

  it("takes the CMD of the base away where an ENTRYPOINT comes new", async () => {
    await pushBase([], { tag: "1", config: { Cmd: ["old"], Shell: ["/bin/bash", "-c"] } });
    expect((await build(["ENTRYPOINT run"])).configuration.config).toMatchObject({
      Entrypoint: ["/bin/bash", "-c", "run"],
    });
    expect((await build(["ENTRYPOINT run"])).configuration.config).not.toHaveProperty("Cmd");
    expect((await build(["CMD new", "ENTRYPOINT run"])).configuration.config.Cmd).toEqual(["/bin/bash", "-c", "new"]);
  });

  it("knows which folders it has: they are not made again, and copied into", async () => {
    await pushBase([{ "app/": "", "tmp/": "" }, { "app/data/": "" }], { tag: "1" });
    const { layers } = await build(["WORKDIR /tmp", "COPY a /app", "COPY d /app/data/x"]);
    expect(layers.slice(2)).toEqual([["644 0:0 app/a"], ["755 0:0 app/data/x/", "644 0:0 app/data/x/b"]]);
  });

  it("knows which files later layers took away", async () => {
    const layers: Layers = [
      { "app/": "", "app/old/": "", "app/old/x": "", "opq/in/": "", lib: { link: "usr/lib" } },
      { "app/.wh.old": "", "opq/new/": "", "opq/.wh..wh..opq": "", "lib/extra/": "" },
    ];
    await pushBase(layers, { tag: "1" });
    const { layers: built } = await build([
      "COPY a /app/old",
      "COPY a /opq/in",
      "COPY a /opq/new",
      "COPY a /usr/lib/extra",
    ]);
    expect(built.slice(2).flat()).toEqual([
      "644 0:0 app/old",
      "644 0:0 opq/in",
      "644 0:0 opq/new/a",
      "644 0:0 usr/lib/extra/a",
    ]);
  });

  it("follows links of the base", async () => {
    await pushBase([{ "usr/lib/": "", lib: { link: "usr/lib" } }], { tag: "1" });
    expect((await build(["COPY a /lib/x", "WORKDIR /lib"])).layers.slice(1)).toEqual([["644 0:0 usr/lib/x"]]);
  });

  it("is chosen out of an index by the platform", async () => {
    const amd = await pushBase([{ amd: "1" }]);
    const arm = await pushBase([{ arm: "1" }], { platform: { architecture: "arm64", variant: "v8" } });
    const attestation = await pushBase([{ x: "1" }], { platform: { architecture: "unknown", os: "unknown" } });
    const index = {
      manifests: [
        { ...attestation, platform: { os: "unknown", architecture: "unknown" } },
        { ...amd, platform: { os: "linux", architecture: "amd64" } },
        { ...arm, platform: { os: "linux", architecture: "arm64", variant: "v8" } },
      ],
    };
    registry.addManifest("application/vnd.oci.image.index.v1+json", index, "1");
    expect((await build([], "arm64")).read("arm")).toBe("1");
    expect((await build([], "amd64")).read("amd")).toBe("1");
    await expect(build([], "riscv64")).rejects.toMatchObject({
      code: "IMAGE_BASE_UNUSABLE",
      message: expect.stringContaining("is not for linux/riscv64 but for unknown/unknown, linux/amd64, linux/arm64/v8"),
    });
  });

  it("is copied from, file by file, out of the layer that has it last", async () => {
    await pushBase([{ "bin/": "", "bin/node": "OLD", "bin/other": "O" }, { "bin/node": "NEW" }], { tag: "1" });
    const { layers, read } = await build([
      `COPY --from=${registry.host}/base:1 /bin /copy`,
      `COPY --from=${registry.host}/base:1 --chmod=0700 --chown=7 /bin/no* /one`,
    ]);
    expect(layers.slice(2)).toEqual([["755 0:0 copy/", "644 0:0 copy/node", "644 0:0 copy/other"], ["700 7:7 one"]]);
    expect([read("copy/node"), read("one")]).toEqual(["NEW", "NEW"]);
  });

  it("begins an image with its ONBUILD instructions, which the image does not hand on", async () => {
    await pushBase([], { tag: "1", config: { OnBuild: ["COPY a /triggered", "ENV FROM_BASE=1"] } });
    const { configuration, read } = await build(["USER 1"]);
    expect(read("triggered")).toBe("A");
    expect(configuration.config.Env).toContain("FROM_BASE=1");
    expect(configuration.config.OnBuild).toBeUndefined();
    await pushBase([], { tag: "1", config: { OnBuild: ["RUN make"] } });
    await expect(build([])).rejects.toMatchObject({ code: "IMAGE_INSTRUCTION_UNSUPPORTED" });
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ["is not there", async () => {}, /base:1 is not in its registry/],
    [
      "is for another platform",
      () => pushBase([], { tag: "1", platform: { os: "windows" } }),
      /but for windows\/amd64/,
    ],
    ["has foreign layers", () => pushBase([{ a: "" }], { tag: "1", layerType: "x/foreign" }), /of the type x\/foreign/],
    [
      "has layers that are no tar",
      () => pushBase([{ a: "" }], { tag: "1", layerType: "application/vnd.oci.image.layer.v1.tar", encode: gzipSync }),
      /has a layer that cannot be read/,
    ],
    ["is no image", async () => registry.addManifest(oci, { config: 1 }, "1"), /cannot be read/],
    [
      "is no JSON",
      async () => registry.manifests.set("1", { mediaType: oci, bytes: Buffer.from("{") }),
      /cannot be read/,
    ],
    [
      "is of an old type",
      async () => registry.addManifest("application/vnd.x", {}, "1"),
      /unknown type application\/vnd\.x/,
    ],
  ])("is refused where it %s", async (_, prepare, message) => {
    await prepare();
    await expect(build([])).rejects.toMatchObject({
      code: "IMAGE_BASE_UNUSABLE",
      message: expect.stringMatching(message),
    });
  });
});
