/** The npm package, as somebody gets it: packed here, installed in an empty folder without a network, and run there. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);

interface Packed {
  readonly filename: string;
  readonly version: string;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let home: string;
let packed: Packed;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "package-"));
  home = join(folder, "home");
  await mkdir(home);
  const { stdout } = await npm(process.cwd(), "pack", "--ignore-scripts", "--json", "--pack-destination", folder);
  const [only] = JSON.parse(stdout) as Packed[];
  if (only === undefined) throw new Error(`npm packed nothing: ${stdout}`);
  packed = only;
  await writeFile(join(home, "package.json"), '{ "private": true }');
  await npm(home, "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", join(folder, packed.filename));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** With nothing of the surroundings' npm: neither its settings nor its cache, which could stand in for the network. */
function environment() {
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: folder,
    TMPDIR: folder,
    npm_config_cache: join(folder, "cache"),
  };
}

function npm(cwd: string, ...args: readonly string[]) {
  return run("npm", args, { cwd, env: environment() });
}

function pipeline(...args: readonly string[]) {
  return run(join(home, "node_modules/.bin/ecs-pipeline"), args, { cwd: home, env: environment() });
}

describe("the npm package", () => {
  it("holds the bundle, the readme and the licence, and nothing else", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !path.startsWith("scripts/dist/")).sort()).toEqual([
      "LICENSE",
      "README.md",
      "package.json",
    ]);
    expect(paths).toEqual(expect.arrayContaining(["scripts/dist/cli.js", "scripts/dist/reaper.js"]));
  });

  it("may be published, and brings nothing else along: no SDK, and no Node", async () => {
    const manifest = JSON.parse(await readFile(join(home, "node_modules/ecs-pipeline/package.json"), "utf8"));
    expect(manifest).not.toHaveProperty("private");
    expect((await readdir(join(home, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual([
      "ecs-pipeline",
    ]);
    // What an install without a network leaves out as optional, one with a network would fetch.
    expect([manifest.dependencies, manifest.optionalDependencies, manifest.bundledDependencies]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("runs where it was installed", async () => {
    expect((await pipeline("--version")).stdout).toBe(`${packed.version}\n`);
    const help = (await pipeline("--help")).stdout;
    for (const verb of ["build", "render", "deploy", "diff", "status", "local"])
      expect(help).toMatch(new RegExp(`^ {2}${verb} \\[options\\]`, "m"));
  });

  it("renders there", async () => {
    await writeFile(
      join(home, "taskdef.yaml"),
      "family: web\ncontainerDefinitions:\n  - name: web\n    image: <IMAGE1_NAME>\n",
    );
    const { stdout, stderr } = await pipeline("render", "--task-definition", "taskdef.yaml", "--image", "web:2");
    expect(JSON.parse(stdout)).toEqual({ family: "web", containerDefinitions: [{ name: "web", image: "web:2" }] });
    expect(stderr).toBe("");
  });
});
