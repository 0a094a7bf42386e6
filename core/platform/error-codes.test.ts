import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { errorCodes } from "./error-codes.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The sources that may throw, without tests and the catalogue itself. */
async function sources(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  const paths = names.filter((name) => name.endsWith(".ts") && !/\.(test|fixture)\.ts$|error-codes\.ts$/.test(name));
  return Promise.all(paths.map((name) => readFile(join(root, folder, name), "utf8")));
}

it("lists no code that nothing throws", async () => {
  const text = [...(await sources("core")), ...(await sources("scripts"))].join("\n");
  const unused = Object.keys(errorCodes).filter((code) => !text.includes(`"${code}"`));
  expect(unused).toEqual([]);
});

it("names codes by what failed, and explains each in a sentence", () => {
  for (const [code, meaning] of Object.entries(errorCodes)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  }
});
