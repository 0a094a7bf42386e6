/** Build contexts that would take what lies outside of them into an image, by the built CLI without an engine. */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CliRun, runCli } from "../../demo/cli.ts";
import { type LayerEntry, layerFixture } from "../../localcloud/runtime/image/layer-fixture.ts";
import { HostileStage } from "./hostile-stage.fixture.ts";

const SECRET = "not for any image";

let stage: HostileStage;
let folder: string;
let context: string;
beforeAll(async () => {
  stage = await HostileStage.set();
  await stage.ecr.createRepository({ repositoryName: "web" });
});
afterAll(() => stage.strike());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hostile-context-"));
  context = join(folder, "context");
  await mkdir(join(context, "inner"), { recursive: true });
  await writeFile(join(folder, "secret"), SECRET);
  await writeFile(join(context, "own"), "own");
  return () => rm(folder, { recursive: true });
});

async function build(...instructions: string[]): Promise<CliRun> {
  await writeFile(join(context, "Dockerfile"), ["FROM scratch", ...instructions, 'CMD ["/own"]'].join("\n"));
  return runCli(
    ["build", "--repository", "web", "--tag", "v1", "--builder", "native", "--context", context],
    stage.endpoint,
  );
}

/** The bytes of all of its layers. */
async function layersOf({ result, talk }: CliRun): Promise<string> {
  expect(result.digest, talk).toBeTypeOf("string");
  const headers = { accept: "application/vnd.oci.image.manifest.v1+json" };
  const manifest = (await (await stage.registry("GET", `/v2/web/manifests/${result.digest}`, { headers })).json()) as {
    layers: { digest: string }[];
  };
  const blobs = await Promise.all(
    manifest.layers.map(async ({ digest }) => (await stage.registry("GET", `/v2/web/blobs/${digest}`)).arrayBuffer()),
  );
  return blobs.map((blob) => gunzipSync(Buffer.from(blob)).toString("latin1")).join("");
}

describe("COPY", () => {
  it.each(["../secret", "inner/../../secret", "/../secret", "./../../secret"])(
    "%s does not leave the context",
    async (source) => {
      const { exitCode, talk, result } = await build(`COPY ${source} /own`);
      expect([exitCode, `${talk}${JSON.stringify(result)}`]).toEqual([
        1,
        expect.stringMatching(/IMAGE_COPY_INVALID|no source/),
      ]);
      expect(talk).not.toContain(SECRET);
    },
  );

  it("follows no link out of the context, neither to a file nor through a folder", async () => {
    await symlink(join(folder, "secret"), join(context, "file"));
    await symlink(folder, join(context, "inner", "up"));
    await symlink("../../secret", join(context, "inner", "relative"));
    for (const source of ["file", "inner/up/secret", "inner/relative"])
      expect([source, (await build(`COPY ${source} /own`)).exitCode]).toEqual([source, 1]);
    // As they are, they may be in an image: they lead to what is there, not here.
    expect(await layersOf(await build("COPY . /"))).not.toContain(SECRET);
  });

  it("puts what is copied inside of the image, wherever it is to go", async () => {
    expect(await layersOf(await build("COPY own ../../../../../../own"))).toContain("own");
    expect(await layersOf(await build("WORKDIR /a", "COPY own ../../b/own"))).toContain("b/own");
  });
});

it.each<[string, LayerEntry]>([
  ["climbs", { name: "../../escaped", content: "x" }],
  ["is absolute", { name: "/../escaped", content: "x" }],
  ["links out", { name: "stolen", type: "link", linkname: "../../../secret" }],
])("ADD of an archive that %s takes nothing in and writes nothing here", async (_what, entry) => {
  const { path } = await layerFixture(folder, [entry], "gzip");
  await writeFile(join(context, "archive.tar.gz"), await readFile(path));
  const run = await build("ADD archive.tar.gz /app/");
  if (run.exitCode === 0) expect(await layersOf(run)).not.toMatch(new RegExp(`${SECRET}|\\.\\./`));
  else expect([run.exitCode, run.talk]).toEqual([1, expect.stringContaining("archive.tar.gz")]);
  await expect(readFile(join(folder, "escaped"))).rejects.toThrow("ENOENT");
});
