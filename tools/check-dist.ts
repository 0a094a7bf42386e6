/** `npm run check-dist`: fails when the committed bundles are not what the sources give. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleCli } from "./bundle.ts";

const committed = "scripts/dist";
const fresh = await mkdtemp(join(tmpdir(), "check-dist-"));
try {
  await bundleCli(fresh);
  const names = [...new Set([...(await readdir(committed)), ...(await readdir(fresh))])].sort();
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

async function same(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([read(one), read(other)]);
  return a !== undefined && b !== undefined && a.equals(b);
}

function read(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
