// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { build } from "./build.fixture.ts";
import { TemporaryFolder } from "./folders.fixture.ts";

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await TemporaryFolder.create();
  await folder.write({ "context/a": "A", "context/d/run": { executable: "#!" }, "context/d/link": { link: "run" } });
});

afterEach(() => folder[Symbol.asyncDispose]());

function image(lines: string[], input: Parameters<typeof build>[1] = {}) {
  return folder.write({ "context/Dockerfile": lines.join("\n") }).then(() => build(folder, input));
}

describe("stages", () => {
  it("are built where the image is made of them, and copied from with owners and modes", async () => {
    const { layers, read } = await image([
      "FROM scratch AS files",
      "COPY --chown=3:4 --chmod=0640 a /x/a",
      "COPY d /x/d",
      "FROM unused AS unused",
      "RUN make",
      "FROM scratch",
      "COPY --from=files /x /y",
      "COPY --from=0 --chown=9 /x/d/ /z/",
    ]);
    expect(layers).toEqual([
      ["755 0:0 y/", "640 3:4 y/a", "755 0:0 y/d/", "777 0:0 y/d/link -> run", "755 0:0 y/d/run"],
      ["755 9:9 z/", "777 9:9 z/link -> run", "755 9:9 z/run"],
    ]);
    expect(read("y/a")).toBe("A");
  });

  it("begin with the files and settings of an earlier one, without changing it", async () => {
    const { layers, configuration } = await image([
      "ARG FLAVOUR=base",
      "FROM scratch AS base",
      "ENV A=1",
      "WORKDIR /w",
      "FROM ${FLAVOUR} AS left",
      "COPY a b/",
      "FROM Base",
      "COPY a b",
      "COPY --from=left w/b/a c",
    ]);
    expect(layers).toEqual([["755 0:0 w/"], ["644 0:0 w/b"], ["644 0:0 w/c"]]);
    expect(configuration.config).toMatchObject({ Env: [expect.any(String), "A=1"], WorkingDir: "/w" });
    expect(configuration.history).toHaveLength(4);
  });

  it("are chosen by target, by name or number", async () => {
    const lines = ["FROM scratch AS one", "ENV N=1", "FROM scratch AS Two", "ENV N=2", "FROM scratch", "RUN x"];
    const numberOf = async (target: string) => (await image(lines, { target })).configuration.config.Env?.at(-1);
    expect([await numberOf("two"), await numberOf("0")]).toEqual(["N=2", "N=1"]);
    await expect(image(lines, { target: "three" })).rejects.toMatchObject({
      code: "IMAGE_DOCKERFILE_INVALID",
      remedy: "Give the input target as one, two.",
    });
    await expect(image(lines)).rejects.toMatchObject({ code: "IMAGE_INSTRUCTION_UNSUPPORTED" });
  });

  it("know the users of their own /etc/passwd and /etc/group", async () => {
    await folder.write({
      "context/etc/passwd": "root:x:0:0::/:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\n",
      "context/etc/group": "root:x:0:\nstaff:x:50:\n",
    });
    const { layers } = await image([
      "FROM scratch",
      "COPY etc /etc",
      "COPY --chown=node a /1",
      "COPY --chown=node:staff a /2",
      "COPY --chown=7:staff a /3",
      "USER node",
      "WORKDIR /w",
    ]);
    expect(layers.slice(1).flat()).toEqual(["644 1000:1001 1", "644 1000:50 2", "644 7:50 3", "755 1000:1001 w/"]);
    await expect(image(["FROM scratch", "COPY etc /etc", "COPY --chown=0:none a /"])).rejects.toThrow(
      "unable to find group none: no matching entries in group file",
    );
  });

  it("refuse what is not in the stage, and a stage that comes later", async () => {
    const lines = ["FROM scratch AS one", "FROM scratch", "COPY --from=one /a /a"];
    await expect(image(lines)).rejects.toMatchObject({
      code: "IMAGE_COPY_INVALID",
      message: "Dockerfile:3: /a: not found in one",
    });
    await expect(
      image(["FROM scratch", "COPY --from=late /a /a", "FROM scratch AS late"], { target: "0" }),
    ).rejects.toThrow("this build has no registry");
  });
});

describe("instructions that need no engine", () => {
  it("set volumes, shell, author and triggers", async () => {
    const { configuration } = await image([
      "FROM scratch",
      "ARG D=/data",
      "VOLUME ${D} /logs",
      'VOLUME ["/with blank"]',
      'SHELL ["/bin/ash", "-c"]',
      "CMD echo $D",
      "MAINTAINER Some Body <s@example.com>",
      "ONBUILD COPY . /src",
      "ONBUILD RUN make",
    ]);
    expect(configuration).toMatchObject({
      author: "Some Body <s@example.com>",
      config: {
        Volumes: { "/data": {}, "/logs": {}, "/with blank": {} },
        Shell: ["/bin/ash", "-c"],
        Cmd: ["/bin/ash", "-c", "echo $D"],
        OnBuild: ["COPY . /src", "RUN make"],
      },
    });
  });

  it("take labels of the input over those of the Dockerfile", async () => {
    const { configuration } = await image(["FROM scratch", "LABEL a=1 b=1"], { labels: new Map([["b", "2"]]) });
    expect(configuration.config.Labels).toEqual({ a: "1", b: "2" });
  });

  it("ADD files as COPY does, but no archives", async () => {
    expect((await image(["FROM scratch", "ADD --chmod=600 a /x/"])).layers).toEqual([["755 0:0 x/", "600 0:0 x/a"]]);
    await writeFile(join(folder.path, "context/t.gz"), gzipSync("tar"));
    await expect(image(["FROM scratch", "ADD t.gz /"])).rejects.toMatchObject({
      code: "IMAGE_INSTRUCTION_UNSUPPORTED",
      message: expect.stringContaining("ADD of the archive t.gz"),
    });
  });

  it.each([
    ["COPY --chmod=u+x a /", "--chmod=u+x is not supported"],
    ["COPY --chmod=abc a /", "--chmod=abc is not supported"],
  ])("refuse %s", async (line, message) => {
    await expect(image(["FROM scratch", line])).rejects.toThrow(message);
  });
});
