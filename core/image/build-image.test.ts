// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables.
import { chmod, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ToolkitError } from "../platform/errors.ts";
import { build } from "./build.fixture.ts";
import { TemporaryFolder } from "./folders.fixture.ts";
import { sha256 } from "./registry/fake-registry.fixture.ts";
import { readTar } from "./tar.fixture.ts";

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await TemporaryFolder.create();
});

afterEach(() => folder[Symbol.asyncDispose]());

function dockerfile(...lines: string[]) {
  return { "context/Dockerfile": ["FROM scratch", ...lines].join("\n") };
}

describe("buildImage", () => {
  it("carries every instruction into the image's configuration", async () => {
    await folder.write(
      dockerfile(
        "ARG VERSION=0",
        "ENV VERSION_SHOWN=v${VERSION} EMPTY= ONE=1",
        "ENV ONE=${ONE}2 TWO=$ONE",
        'LABEL b=2 a="one $VERSION"',
        "EXPOSE 8080 53/udp 90-91",
        "USER 1000:1000",
        'HEALTHCHECK --interval=5s --timeout=3s CMD ["node", "h.js"]',
        "STOPSIGNAL SIGQUIT",
        'ENTRYPOINT ["node"]',
        "CMD server.js $NOT_OURS",
      ),
    );
    const { configuration, layers } = await build(folder, { buildArgs: { VERSION: "7" } });
    expect(layers).toEqual([]);
    expect(configuration).toMatchObject({ architecture: "amd64", os: "linux", created: "1970-01-01T00:00:00Z" });
    expect(configuration.config).toEqual({
      Env: [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "VERSION_SHOWN=v7",
        "EMPTY=",
        "ONE=12",
        "TWO=1",
      ],
      WorkingDir: "/",
      Labels: { a: "one 7", b: "2" },
      ExposedPorts: { "53/udp": {}, "8080/tcp": {}, "90/tcp": {}, "91/tcp": {} },
      User: "1000:1000",
      Healthcheck: { Test: ["CMD", "node", "h.js"], Interval: 5e9, Timeout: 3e9 },
      StopSignal: "SIGQUIT",
      Entrypoint: ["node"],
      Cmd: ["/bin/sh", "-c", "server.js $NOT_OURS"],
    });
  });

  it("writes normalised layers, one for each instruction that makes files", async () => {
    await folder.write({
      ...dockerfile(
        "WORKDIR /srv/app",
        "WORKDIR /srv/app",
        "COPY --chown=7 src .",
        "COPY --chown=8:9 run /opt/bin/",
        "USER 1",
      ),
      "context/src/b": "B",
      "context/src/a/deep": "D",
      "context/src/a.txt": "A",
      "context/src/empty": null,
      "context/src/link": { link: "../../outside" },
      "context/run": { executable: "#!" },
    });
    const { layers, read, image, configuration } = await build(folder);
    expect(layers).toEqual([
      ["755 0:0 srv/", "755 0:0 srv/app/"],
      [
        "755 7:7 srv/app/a/",
        "644 7:7 srv/app/a.txt",
        "644 7:7 srv/app/a/deep",
        "644 7:7 srv/app/b",
        "755 7:7 srv/app/empty/",
        "777 7:7 srv/app/link -> ../../outside",
      ],
      ["755 8:9 opt/", "755 8:9 opt/bin/", "755 8:9 opt/bin/run"],
    ]);
    expect(read("srv/app/a/deep")).toBe("D");
    expect(image.layers.every(({ mediaType }) => mediaType === "application/vnd.oci.image.layer.v1.tar+gzip")).toBe(
      true,
    );
    expect(configuration.history.map((entry) => entry.empty_layer === true)).toEqual([false, true, false, false, true]);
  });

  it("makes a manifest of what it wrote", async () => {
    await folder.write({ ...dockerfile("COPY a /"), "context/a": "A" });
    const { image, configuration } = await build(folder);
    const manifest = JSON.parse(image.manifest.bytes.toString());
    expect(image.manifest.digest).toBe(sha256(image.manifest.bytes));
    expect(manifest).toEqual({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: {
        mediaType: "application/vnd.oci.image.config.v1+json",
        digest: image.configuration.digest,
        size: image.configuration.size,
      },
      layers: [{ mediaType: image.layers[0]?.mediaType, digest: image.layers[0]?.digest, size: image.layers[0]?.size }],
    });
    expect(configuration.rootfs.diff_ids).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
  });

  it("gives the same digest for the same input, whatever the files' dates, modes and order on disk", async () => {
    const files = { "context/app/a": "A", "context/app/b/c": "C", "context/app/z": { executable: "Z" } };
    await folder.write({ ...dockerfile("COPY app /app"), ...files });
    const first = await build(folder);
    await rm(join(folder.path, "context/app"), { recursive: true });
    await folder.write(Object.fromEntries(Object.entries(files).reverse()));
    await utimes(join(folder.path, "context/app/a"), 1, 2);
    await chmod(join(folder.path, "context/app/a"), 0o600);
    await chmod(join(folder.path, "context/app/z"), 0o711);
    const second = await build(folder);
    expect(second.image.manifest.digest).toBe(first.image.manifest.digest);
    await chmod(join(folder.path, "context/app/a"), 0o755);
    expect((await build(folder)).image.manifest.digest).not.toBe(first.image.manifest.digest);
  });

  it("gives the digest that it gave when this was written", async () => {
    await folder.write({ ...dockerfile("COPY a /a"), "context/a": "A\n" });
    const { configuration, image } = await build(folder);
    // Of the tar, which this code alone decides; the compressed bytes are zlib's.
    expect(configuration.rootfs.diff_ids).toEqual([
      "sha256:923ff5cfe6e15435a0ed6480ee023a2d448f221aec08cca2f9b13554a1411a4f",
    ]);
    expect(image.configuration.digest).toBe("sha256:6cba78ade9a82d248e9a0b8dbf3ac431c31c3506dcbafa4eda049d84124b01ff");
  });

  it("compresses without a date and without the name of an operating system", async () => {
    await folder.write({ ...dockerfile("COPY a /a"), "context/a": "A" });
    const { image } = await build(folder);
    const bytes = await readFile(image.layers[0]?.path ?? "");
    // RFC 1952: magic, deflate, no flags, four bytes of time, no extra flags, operating system unknown.
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  });

  it("dates everything by SOURCE_DATE_EPOCH", async () => {
    await folder.write({ ...dockerfile("COPY a /a"), "context/a": "A" });
    const { configuration, image } = await build(folder, { sourceDateEpoch: 1_700_000_000 });
    const [file] = await readTar(await readFile(image.layers[0]?.path ?? ""));
    expect(file?.header.mtime).toEqual(new Date("2023-11-14T22:13:20Z"));
    expect(configuration.created).toBe("2023-11-14T22:13:20Z");
    expect(configuration.history[0]?.created).toBe("2023-11-14T22:13:20Z");
  });

  it("holds names and owners that need an extended header", async () => {
    const long = `${"n".repeat(120)}/${"m".repeat(120)}`;
    await folder.write({
      ...dockerfile("COPY --chown=3000000:4000000 . /x"),
      [`context/${long}`]: "L",
      "context/ü": "U",
    });
    const { layers, read } = await build(folder);
    expect(read(`x/${long}`)).toBe("L");
    expect(layers[0]?.some((line) => line.endsWith(" x/ü"))).toBe(true);
  });

  it("honours .dockerignore, and the Dockerfile's own before it", async () => {
    const files = { "context/app/a": "", "context/app/a.test.ts": "", "context/node_modules/x/y": "", "context/b": "" };
    await folder.write({ ...dockerfile("COPY . /"), ...files, "context/.dockerignore": "*\n!app\n**/*.test.ts\n" });
    expect((await build(folder)).layers).toEqual([["755 0:0 app/", "644 0:0 app/a"]]);
    await folder.write({ "context/Dockerfile.dockerignore": "app\nnode_modules\n*ocker*\n" });
    expect((await build(folder)).layers).toEqual([["644 0:0 b"]]);
  });

  it("takes in a file again whose folder is ignored, with the folder", async () => {
    await folder.write({ ...dockerfile("COPY . /"), "context/d/keep/x": "", "context/d/y": "", "context/e/z": "" });
    await folder.write({ "context/.dockerignore": "*\n!d/keep\n" });
    expect((await build(folder)).layers).toEqual([["755 0:0 d/", "755 0:0 d/keep/", "644 0:0 d/keep/x"]]);
  });

  it("uses ARGs as Docker does", async () => {
    await folder.write({
      "context/other/File": [
        "ARG BASE=scr",
        "ARG VERSION=1",
        "FROM ${BASE}atch",
        "ARG VERSION",
        "ARG OWN=own",
        "ARG UNSET",
        "ARG TARGETARCH",
        "ENV OWN=env",
        "LABEL l=$VERSION-$OWN-$UNSET-$BASE-$TARGETARCH",
      ].join("\n"),
      "context/x": "",
    });
    const file = join(folder.path, "context/other/File");
    const { configuration, warnings } = await build(folder, {
      file,
      buildArgs: { VERSION: "2", OWN: "arg", LOST: "x" },
    });
    expect(configuration.config.Labels).toEqual({ l: "2-env---amd64" });
    expect(warnings).toEqual([expect.stringMatching(/^build-args: LOST: no ARG of /)]);
  });

  it("fails for a context, Dockerfile or file that it cannot take, by name", async () => {
    const invalid = (message: RegExp) =>
      expect.objectContaining({ code: "IMAGE_CONTEXT_INVALID", message: expect.stringMatching(message) });
    await expect(build(folder, { context: join(folder.path, "nowhere") })).rejects.toEqual(
      invalid(/nowhere.*no such Dockerfile/),
    );
    await expect(build(folder, { file: "/dev/zero" })).rejects.toEqual(invalid(/^\/dev\/zero: is over 1 MiB/));
    await folder.write({ ...dockerfile("COPY . /"), "context/.dockerignore": "a[" });
    await expect(build(folder)).rejects.toEqual(invalid(/\.dockerignore: "a\["/));
    await folder.write({ "context/.dockerignore": "" });
    const server = createServer().listen(join(folder.path, "context/socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    await expect(build(folder)).rejects.toEqual(invalid(/socket: is neither file, folder nor link/));
    await new Promise((resolve) => server.close(resolve));
  });

  it("either builds a Dockerfile or throws its own error, whatever is written in it", async () => {
    const words =
      "ARG COPY ENV EXPOSE LABEL USER WORKDIR STOPSIGNAL a /b ../c * [ d/ . $A ${A:-x} A=1 80-90 99999 ' \" \\ --chown=1";
    const word = fc.constantFrom(...words.split(" "));
    const line = fc.array(word, { minLength: 2, maxLength: 5 }).map((parts) => parts.join(" "));
    await folder.write({ "context/a": "A", "context/d/e": "E", "context/d/f": { link: "../../.." } });
    let built = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 4 }), async (lines) => {
        await folder.write(dockerfile(...lines));
        try {
          await build(folder);
          built++;
        } catch (error) {
          expect(error).toBeInstanceOf(ToolkitError);
        }
      }),
    );
    expect(built).toBeGreaterThan(0);
  });

  it("does not follow a link in the context out of it, but keeps it as a link", async () => {
    await writeFile(join(folder.path, "secret"), "secret");
    await folder.write({ ...dockerfile("COPY . /d"), "context/a": "A" });
    await symlink(join(folder.path, "secret"), join(folder.path, "context/link"));
    const { layers, read } = await build(folder);
    expect(layers[0]).toContain(`777 0:0 d/link -> ${join(folder.path, "secret")}`);
    expect(read("d/link")).toBe("");
  });
});
