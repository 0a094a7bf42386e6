import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { runs } from "../../tests/properties/runs.ts";
import type { JsonObject } from "../platform/json.ts";
import { checkTaskDefinition } from "./check.ts";
import { loadTaskDefinitionFile } from "./load-file.ts";
import { renderTaskDefinition } from "./render.ts";
import { validTaskDefinitions } from "./valid-task-definition.fixture.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "load-property-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The ways in which people and tools write the same document. */
const forms: readonly (readonly [file: string, write: (document: JsonObject) => string])[] = [
  ["a.json", (document) => JSON.stringify(document)],
  ["b.json", (document) => `\uFEFF${JSON.stringify(document, null, "\t")}\r\n`],
  // Unquoted, << would be a merge key.
  ["c.yaml", (document) => stringify(document, { defaultKeyType: "QUOTE_DOUBLE" })],
  ["d.yml", (document) => JSON.stringify(document, null, 2)],
];

async function loadAndRender(file: string, text: string) {
  const path = join(folder, file);
  await writeFile(path, text);
  return renderTaskDefinition(await checkTaskDefinition(await loadTaskDefinitionFile(path)), {});
}

describe("loading, checking and rendering a task definition that Amazon ECS takes (properties)", () => {
  it.each(forms)("%s: is the document itself", async (file, write) => {
    await fc.assert(
      fc.asyncProperty(validTaskDefinitions({ unknownKeys: true }), async (document) => {
        const { document: rendered, dropped } = await loadAndRender(file, write(document));
        expect(rendered).toEqual(document);
        expect(dropped).toEqual([]);
      }),
      runs(100),
    );
  });

  it("leaves out what only the API sets, and nothing else", async () => {
    const readOnly = { revision: 3, status: "ACTIVE", registeredAt: 1.5, compatibilities: ["EC2"] };
    await fc.assert(
      fc.asyncProperty(validTaskDefinitions(), async (document) => {
        const { document: rendered, dropped } = await loadAndRender(
          "e.json",
          JSON.stringify({ ...readOnly, ...document }),
        );
        expect(rendered).toEqual(document);
        expect(dropped).toEqual(Object.keys(readOnly));
      }),
      runs(20),
    );
  });

  it("lists each unknown key by its path, and keeps it", async () => {
    await fc.assert(
      fc.asyncProperty(validTaskDefinitions({ unknownKeys: true }), async (document) => {
        const { unknownKeys } = await loadAndRender("f.json", JSON.stringify(document));
        const written = JSON.stringify(document).match(/"zz[A-Z]+":/g) ?? [];
        expect(unknownKeys.length).toBe(written.length);
      }),
      runs(50),
    );
  });
});
