/**
 * `bundle.<action>.static`: the committed entry of an action and what it imports statically, which every run loads.
 * `bundle.<action>.all`: that and what it may import while it runs. kB (1,000 bytes), by the import records of the
 * files as they are; each is counted once. The peer is the same sources bundled into one file, as bundles of actions
 * commonly are.
 */
import { resolve } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { type Row, spread } from "./rows.ts";

const ROOT = resolve(import.meta.dirname, "..");
const ACTIONS = ["render", "deploy", "build-push"];

export async function measureBundle(): Promise<Row[]> {
  const imports = await importsOf(ACTIONS.map((action) => `actions/dist/${action}.js`));
  const rows = await Promise.all(
    ACTIONS.map(async (action) => {
      const entry = `actions/dist/${action}.js`;
      const whole = spread([await oneFileKilobytes(action)]);
      const row = (part: string, kilobytes: number): Row => ({
        name: `bundle.${action}.${part}`,
        unit: "kB",
        ...spread([kilobytes]),
        peer: { name: "the same in one file", ...whole },
      });
      return [
        row(
          "static",
          kilobytes(imports, entry, ({ kind }) => kind === "import-statement"),
        ),
        row(
          "all",
          kilobytes(imports, entry, () => true),
        ),
      ];
    }),
  );
  return rows.flat();
}

type Inputs = Metafile["inputs"];
type Import = Inputs[string]["imports"][number];

/** esbuild reads the committed files as sources, and names what each imports and how. */
async function importsOf(entryPoints: string[]): Promise<Inputs> {
  const { metafile } = await build({ ...common, entryPoints, outdir: "unused", splitting: true });
  return metafile.inputs;
}

/** What is reached from `entry` over the imports that count. */
function kilobytes(inputs: Inputs, entry: string, counts: (imported: Import) => boolean): number {
  const reached = new Set([entry]);
  // A set that grows is iterated to its new end.
  for (const file of reached)
    for (const imported of inputs[file]?.imports ?? [])
      if (!imported.external && counts(imported)) reached.add(imported.path);
  return [...reached].reduce((sum, file) => sum + (inputs[file]?.bytes ?? 0), 0) / 1000;
}

async function oneFileKilobytes(action: string): Promise<number> {
  const entryPoints = [`actions/${action}/main.ts`];
  const { outputFiles } = await build({ ...common, entryPoints, outdir: "unused", minify: true });
  return outputFiles.reduce((sum, { contents }) => sum + contents.length, 0) / 1000;
}

/** As tools/bundle.ts has it, where it matters to the size; nothing is written. */
const common = {
  absWorkingDir: ROOT,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  mainFields: ["module", "main"],
  metafile: true,
  write: false,
  logLevel: "error",
} satisfies BuildOptions;
