// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how shells and programs write variables.
/** Task definition files of any bytes, through all that reads and writes them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { checkTaskDefinition } from "../../core/task-definition/check.ts";
import { diffTaskDefinitions } from "../../core/task-definition/diff.ts";
import { expandVariables } from "../../core/task-definition/expand.ts";
import { loadTaskDefinitionFile } from "../../core/task-definition/load-file.ts";
import { renderTaskDefinition, requireImages } from "../../core/task-definition/render.ts";
import { hostileBytes, hostileJson } from "./hostile.ts";
import { read } from "./read.ts";
import { runs } from "./runs.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "readers-"));
});
afterAll(() => rm(folder, { recursive: true }));

const definition = JSON.stringify({
  family: "web",
  containerDefinitions: [{ name: "web", image: "web:${TAG}", environment: [{ name: "A", value: "b" }] }],
});

async function readDefinition(file: string, bytes: Buffer): Promise<void> {
  const path = join(folder, file);
  await writeFile(path, bytes);
  const loaded = expandVariables(await loadTaskDefinitionFile(path), ["TAG=1"]);
  const checked = await checkTaskDefinition(loaded);
  requireImages(renderTaskDefinition(checked, {}));
  diffTaskDefinitions(checked.document, JSON.parse(definition));
}

describe("task definition files (properties)", () => {
  const members = [
    "family",
    "containerDefinitions",
    "name",
    "image",
    "environment",
    "value",
    "healthCheck",
    "volumes",
    "tags",
  ];
  it.each(["a.json", "a.yaml"])("%s: of any bytes", async (file) => {
    const bytes = fc.oneof(
      hostileBytes(
        definition,
        "family: web\ncontainerDefinitions:\n  - name: web\n    image: &i web:1\n",
        "*i",
        "<<: ",
        "- ",
      ),
      hostileJson(...members).map((text) => Buffer.from(text)),
      hostileJson(...members).map((text) => Buffer.from(`{"family":"web","containerDefinitions":[${text}]}`)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, (given) => read(() => readDefinition(file, given))),
      runs(120),
    );
  });
});
