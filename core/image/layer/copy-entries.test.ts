import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { build } from "../build.fixture.ts";
import { TemporaryFolder } from "../folders.fixture.ts";

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await TemporaryFolder.create();
  await folder.write({
    "context/a.txt": "A",
    "context/b.txt": "B",
    "context/dir/c": "C",
    "context/dir/sub/d": "D",
    "context/dirlink": { link: "dir" },
    "context/filelink": { link: "dir/c" },
    "context/away": { link: "../away" },
    "context/out/up": { link: "../.." },
    "context/loop": { link: "loop" },
    "context/we[ird": "W",
    "context/with blank": "S",
    "context/.dockerignore": "Dockerfile\n.dockerignore\nignored\n",
    "context/ignored": "I",
    "context/toignored": { link: "ignored" },
    away: "outside",
  });
});

afterEach(() => folder[Symbol.asyncDispose]());

async function pathsOf(...lines: string[]): Promise<string[]> {
  await folder.write({ "context/Dockerfile": ["FROM scratch", ...lines].join("\n") });
  const { layers } = await build(folder);
  return layers.flat().map((line) => line.replace(/^\d+ \d+:\d+ /, ""));
}

// The expected paths are Docker's: https://docs.docker.com/reference/dockerfile/#copy
describe("COPY", () => {
  it.each<[line: string, paths: string[]]>([
    ["COPY a.txt /x", ["x"]],
    ["COPY a.txt /x/", ["x/", "x/a.txt"]],
    ["COPY a.txt /x/y", ["x/", "x/y"]],
    ["COPY a.txt .", ["a.txt"]],
    ["COPY a.txt b.txt ./", ["a.txt", "b.txt"]],
    ["COPY *.txt /t/", ["t/", "t/a.txt", "t/b.txt"]],
    ["COPY [ab].txt /t/", ["t/", "t/a.txt", "t/b.txt"]],
    ["COPY d*/s* /t/", ["t/", "t/d"]],
    ["COPY dir /x", ["x/", "x/c", "x/sub/", "x/sub/d"]],
    ["COPY dir/ /x/", ["x/", "x/c", "x/sub/", "x/sub/d"]],
    ["COPY dir/sub dir/c /x/", ["x/", "x/c", "x/d"]],
    ["COPY /dir/./sub/../c /x", ["x"]],
    ["COPY dirlink /x", ["x/", "x/c", "x/sub/", "x/sub/d"]],
    ["COPY dirlink/c /x", ["x"]],
    ["COPY filelink /x/", ["x/", "x/filelink"]],
    ['COPY ["with blank", "/to here/"]', ["to here/", "to here/with blank"]],
    ["COPY we\\\\[ird /x/", ["x/", "x/we[ird"]],
    ["COPY a.txt /../../x", ["x"]],
  ])("%s", async (line, paths) => {
    expect(await pathsOf(line)).toEqual(paths);
  });

  it("copies into a folder that is there, relative to the working directory", async () => {
    const paths = await pathsOf("WORKDIR /w", "COPY dir sub", "COPY a.txt sub", "COPY b.txt sub/sub", "COPY b.txt new");
    expect(paths).toEqual([
      "w/",
      ...["w/sub/", "w/sub/c", "w/sub/sub/", "w/sub/sub/d"],
      "w/sub/a.txt",
      "w/sub/sub/b.txt",
      "w/new",
    ]);
  });

  it("follows links in the image, and cannot leave it by them", async () => {
    await folder.write({
      "context/links/in": { link: "/real" },
      "context/links/up": { link: "../../../../real" },
      "context/links/round": { link: "round" },
    });
    const copied = ["links/", "links/in -> /real", "links/round -> round", "links/up -> ../../../../real"];
    expect(await pathsOf("COPY links /links", "COPY dir/c /links/in/x", "COPY dir/c /links/up/y")).toEqual([
      ...copied,
      "real/",
      "real/x",
      "real/y",
    ]);
    await expect(pathsOf("COPY links /links", "COPY a.txt /links/round/x")).rejects.toMatchObject({
      code: "IMAGE_DOCKERFILE_INVALID",
      message: expect.stringContaining("too many levels of symbolic links"),
    });
  });

  it("replaces a file by a later source", async () => {
    await folder.write({ "context/Dockerfile": "FROM scratch\nCOPY a.txt /x\nCOPY b.txt /x\n" });
    expect((await build(folder)).read("x")).toBe("B");
  });

  it.each([
    ["nowhere", "nowhere: not found in the build context"],
    ["*.nothing", "*.nothing: not found in the build context"],
    ["ignored", "ignored: not found in the build context, or left out by .dockerignore"],
    ["toignored", "toignored: not found"],
    ["../away", "../away: leads out of the build context"],
    ["dir/../../away", "dir/../../away: leads out of the build context"],
    ["away", "away: leads out of the build context"],
    ["out/up/away", "out/up/away: leads out of the build context"],
    ["loop", "loop: leads out of the build context, or nowhere"],
  ])("refuses the source %s", async (source, message) => {
    await expect(pathsOf(`COPY ${source} /x/`)).rejects.toMatchObject({
      code: "IMAGE_COPY_INVALID",
      message: expect.stringMatching(new RegExp(`^Dockerfile:2: ${message.replace(/[.*]/g, "\\$&")}`)),
    });
  });

  it.each([
    [["COPY a.txt b.txt /x"], "the destination of several sources must be a directory"],
    [["COPY *.txt /x"], "the destination of several sources must be a directory"],
    [["COPY a.txt /x", "COPY dir /x"], "cannot copy to non-directory: /x"],
    [["COPY a.txt /x", "COPY b.txt /x/y"], "/x is not a directory"],
    [["COPY dir /x", "COPY a.txt /y/sub", "COPY dir /y"], "cannot copy to non-directory: /y/sub"],
    [["COPY dir/sub /x/c", "COPY dir /x"], "cannot replace directory /x/c with a file"],
    [["COPY --chown=node a.txt /x"], "unable to find user node: no matching entries in passwd file"],
    [["COPY a[ /x"], '"a[" is no pattern'],
  ])("refuses %j", async (lines, message) => {
    await expect(pathsOf(...lines)).rejects.toThrow(message);
  });
});
