/** How the bundles are made: the same sources give the same bytes. */
import { type BuildResult, build } from "esbuild";

/** Bundles the CLI into `folder`; code that a run may not need becomes a chunk that is loaded when it does. */
export function bundleCli(folder: string): Promise<BuildResult<{ metafile: true }>> {
  return build({
    entryPoints: { cli: "scripts/cli.ts", reaper: "localcloud/runtime/reaper/main.ts" },
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
    // Some CommonJS dependencies call require(), which an ES module does not have.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    metafile: true,
    logLevel: "warning",
  });
}
