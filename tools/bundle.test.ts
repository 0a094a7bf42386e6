import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bundleActions } from "./bundle.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("makes a bundle for each action, without the local cloud", async () => {
  await bundleActions(join(folder, "dist"));
  expect(await readdir(join(folder, "dist"))).toEqual(
    expect.arrayContaining(["build-push.js", "deploy.js", "render.js"]),
  );
});

it("fails where the local cloud gets into an action's bundle, also by a lazy import", async () => {
  const entry = join(folder, "main.ts");
  await writeFile(entry, `await import(${JSON.stringify(resolve("localcloud/clock.ts"))});`);
  await expect(bundleActions(join(folder, "dist"), { planted: entry })).rejects.toThrow(
    "the local cloud is in an action's bundle: localcloud/clock.ts",
  );
});

it("gives require() where a CommonJS dependency asks for a module of Node, and nowhere else", async () => {
  const [entry, lean] = [join(folder, "main.ts"), join(folder, "lean.ts")];
  await writeFile(join(folder, "dependency.cjs"), 'module.exports = require("node:path").sep;');
  await writeFile(entry, 'import sep from "./dependency.cjs"; export { sep };');
  await writeFile(lean, "export const one = 1;");
  await bundleActions(join(folder, "dist"), { planted: entry, lean });
  expect(await import(join(folder, "dist/planted.js"))).toMatchObject({ sep });
  const texts = await Promise.all(
    (await readdir(join(folder, "dist"))).map((name) => readFile(join(folder, "dist", name), "utf8")),
  );
  expect(texts.filter((text) => text.includes("getBuiltinModule"))).toHaveLength(1);
});
