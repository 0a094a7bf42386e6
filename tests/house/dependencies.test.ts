import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const cruiser = resolve("node_modules/.bin/depcruise");
let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "dependencies-"));
  writeFileSync(join(tree, "tsconfig.json"), "{}");
});
afterEach(() => rmSync(tree, { recursive: true }));

/** Runs the project's own rules over a small tree of these files. */
function cruise(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const rooms = [...new Set(Object.keys(files).map((path) => path.split("/")[0] ?? ""))];
  const { status, stdout } = spawnSync(cruiser, ["--config", resolve(".dependency-cruiser.mjs"), ...rooms], {
    cwd: tree,
    encoding: "utf8",
  });
  return { passes: status === 0, says: stdout };
}

const exporting = "export const x = 1;\n";

describe("the dependency rules", () => {
  it("find a planted import against the direction", () => {
    const planted = cruise({
      "core/a.ts": 'import { x } from "../localcloud/b.ts";\nexport const y = x;\n',
      "localcloud/b.ts": exporting,
    });
    expect(planted.passes).toBe(false);
    expect(planted.says).toContain("core-stays-in-its-direction");
  });

  it("find a planted type import, and a cycle", () => {
    const type = cruise({
      "localcloud/a.ts": 'import type { X } from "../core/b.ts";\nexport type Y = X;\n',
      "core/b.ts": "export type X = 1;\n",
    });
    expect(type.says).toContain("localcloud-stays-in-its-direction");
    const cycle = cruise({
      "core/a.ts": 'import { y } from "./b.ts";\nexport const x = () => y;\n',
      "core/b.ts": 'import { x } from "./a.ts";\nexport const y = () => x;\n',
    });
    expect(cycle.says).toContain("no-cycles");
  });

  it("let what is allowed pass", () => {
    expect(
      cruise({ "scripts/a.ts": 'import { x } from "../core/b.ts";\nexport const y = x;\n', "core/b.ts": exporting }),
    ).toMatchObject({ passes: true });
  });

  it("hold for the project", () => {
    execFileSync(
      cruiser,
      ["actions", "app", "bench", "core", "demo", "localcloud", "scripts", "tests", "tools"].filter(exists),
      { stdio: "pipe" },
    );
  });
});

function exists(folder: string): boolean {
  return spawnSync("test", ["-d", folder]).status === 0;
}
