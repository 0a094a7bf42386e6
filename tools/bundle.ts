/** How the bundles are made: the same sources give the same bytes. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { type BuildResult, build, type Metafile } from "esbuild";

type Bundled = BuildResult<{ metafile: true }>;

const actionEntries = Object.fromEntries(["build-push", "deploy", "render"].flatMap(entriesOf));

/** Bundles the CLI into `folder`; code that a run may not need becomes a chunk that is loaded when it does. */
export function bundleCli(folder: string): Promise<Bundled> {
  return bundle({ cli: "scripts/cli.ts", reaper: "localcloud/runtime/reaper/main.ts" }, folder);
}

/**
 * Bundles the actions into `folder`, with chunks that they share.
 * @throws {Error} where the local cloud got into one: what deploys to production must not carry it
 */
export async function bundleActions(
  folder: string,
  entries: Readonly<Record<string, string>> = actionEntries,
): Promise<Bundled> {
  const bundled = await bundle(entries, folder);
  const found = filesOf(bundled.metafile, "localcloud/");
  if (found.length > 0) throw new Error(`the local cloud is in an action's bundle: ${found.join(", ")}`);
  return bundled;
}

/** `<action>.js`, and `<action>-post.js` where it has a post step. */
function entriesOf(action: string): (readonly [string, string])[] {
  const post = `actions/${action}/post.ts`;
  return [[action, `actions/${action}/main.ts`], ...(existsSync(post) ? [[`${action}-post`, post] as const] : [])];
}

function filesOf({ inputs }: Metafile, room: string): readonly string[] {
  return Object.keys(inputs).filter((path) => path.startsWith(room));
}

async function bundle(entryPoints: Readonly<Record<string, string>>, folder: string): Promise<Bundled> {
  const bundled = await build({
    entryPoints: { ...entryPoints },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // By default esbuild prefers CommonJS for Node, and then cannot leave out what is not used of the SDK.
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "linked",
    metafile: true,
    logLevel: "warning",
  });
  await Promise.all(Object.keys(bundled.metafile.outputs).map(giveRequire));
  return bundled;
}

/**
 * Some CommonJS dependencies require() modules of Node, by a function of esbuild's that looks for a `require`, which an
 * ES module does not have. As a banner it would be in each chunk, and cost each start milliseconds.
 */
async function giveRequire(path: string): Promise<void> {
  const code = path.endsWith(".js") ? await readFile(path, "utf8") : "";
  if (!/\btypeof require\b/.test(code)) return;
  const [shebang = ""] = /^#!.*\n/.exec(code) ?? [];
  const require = "const require = (id) => process.getBuiltinModule(id);\n";
  await writeFile(path, shebang + require + code.slice(shebang.length));
}
