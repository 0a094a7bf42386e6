import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
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
