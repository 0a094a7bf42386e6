/** `npm run check-dist`: fails when the committed bundles are not what the sources give. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleActions, bundleCli } from "./bundle.ts";

await checkBundles("scripts/dist", bundleCli);
await checkBundles("actions/dist", bundleActions);

async function checkBundles(committed: string, bundle: (folder: string) => Promise<unknown>): Promise<void> {
  const fresh = await mkdtemp(join(tmpdir(), "check-dist-"));
  try {
    await bundle(fresh);
    const names = [...new Set([...(await list(committed)), ...(await list(fresh))])].sort();
    const different: string[] = [];
    for (const name of names) if (!(await same(join(committed, name), join(fresh, name)))) different.push(name);
    if (different.length > 0) {
      console.error(`${committed} is not what the sources give: ${different.join(", ")}`);
      console.error("Run `npm run build` and commit what it makes.");
      process.exitCode = 1;
    }
  } finally {
    await rm(fresh, { recursive: true });
  }
}

function list(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function same(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([read(one), read(other)]);
  return a !== undefined && b !== undefined && a.equals(b);
}

function read(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
