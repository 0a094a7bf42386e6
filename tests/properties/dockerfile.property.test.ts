// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how shells and Dockerfiles write variables.
/** A Dockerfile and a .dockerignore of any bytes, built. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { buildImage } from "../../core/image/build-image.ts";
import { ToolkitError } from "../../core/platform/errors.ts";
import { hostileBytes } from "./hostile.ts";
import { read } from "./read.ts";
import { runs } from "./runs.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "readers-"));
});
afterAll(() => rm(folder, { recursive: true }));

const dockerfile = [
  "# syntax=docker/dockerfile:1\n# escape=`\n",
  "ARG A=1\nFROM scratch AS base\n",
  "FROM base\n",
  "COPY --chown=1:2 --from=base a* /b/\n",
  "COPY <<EOF /x\nhello\nEOF\n",
  'ENV A="b" C=${A:-d}\n',
  "LABEL a=b\n",
  "HEALTHCHECK --interval=1s CMD true\n",
  'CMD ["a", "b"]\n',
  "EXPOSE 80/tcp\n",
  "WORKDIR ..\n",
  "ADD a b\n",
  "VOLUME /x\n",
  "${A\n",
  "\\\n",
  `# escape =${" ".repeat(100_000)}x\n`,
  `FROM scratch${" ".repeat(100_000)}\\ x\n`,
  `LABEL${" \t".repeat(50_000)}x`,
];

async function build(text: Buffer, ignore: Buffer): Promise<void> {
  const context = await mkdtemp(join(folder, "context-"));
  const workFolder = await mkdtemp(join(folder, "work-"));
  try {
    await mkdir(join(context, "folder"));
    await writeFile(join(context, "a"), "content");
    await writeFile(join(context, "Dockerfile"), text);
    await writeFile(join(context, ".dockerignore"), ignore);
    const platform = { os: "linux", architecture: "amd64" };
    await buildImage(
      { context, workFolder, platform, sourceDateEpoch: 0, buildArgs: new Map([["A", "1"]]) },
      { registryOf: () => noBase(), warn: () => {}, progress: () => {} },
    );
  } finally {
    await Promise.all([context, workFolder].map((each) => rm(each, { recursive: true })));
  }
}

function noBase(): never {
  throw new ToolkitError("IMAGE_BASE_UNUSABLE", "there is no registry here", "Name another base.");
}

describe("Dockerfiles and what they leave out (properties)", () => {
  it("a Dockerfile of any bytes", async () => {
    const bytes = hostileBytes(...dockerfile, dockerfile.join(""));
    await fc.assert(
      fc.asyncProperty(bytes, (given) => read(() => build(given, Buffer.from("b")))),
      runs(120),
    );
  });

  it("a .dockerignore of any bytes", async () => {
    const bytes = hostileBytes(
      "*",
      "**",
      "!a",
      "a/**/b",
      "[a-",
      "[^a]",
      "\\",
      "../..",
      "/",
      "#",
      "**/*.js\n!x\n",
      "*".repeat(2_000),
    );
    await fc.assert(
      fc.asyncProperty(bytes, (given) => read(() => build(Buffer.from("FROM scratch\nCOPY . /\n"), given))),
      runs(80),
    );
  });
});
