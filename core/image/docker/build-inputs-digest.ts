import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { ToolkitError } from "../../platform/errors.ts";
import type { BuildPlan } from "../build-plan.ts";
import type { BuildContext } from "../context/build-context.ts";
import { formatPlatform } from "../platform.ts";

/** The label under which an image remembers what it was built from. */
export const inputsLabel = "ecs-pipeline.build-inputs";

/**
 * A digest of all that a build with Docker is given: the Dockerfile, the files of the context, and the
 * inputs that say what is built (no secret's value). Docker builds no two images alike, so this is what tells a second
 * run for the same commit from another image.
 *
 * @returns `sha256:…`
 * @throws {ToolkitError} IMAGE_CONTEXT_INVALID
 */
export async function buildInputsDigest(plan: BuildPlan, dockerfile: string, context: BuildContext): Promise<string> {
  const hash = createHash("sha256");
  const settings = {
    dockerfile,
    target: plan.target ?? null,
    buildArgs: [...plan.buildArgs].sort(),
    labels: [...plan.labels].sort(),
    platforms: plan.platforms.map(formatPlatform),
    provenance: plan.provenance,
    sbom: plan.sbom,
    sourceDateEpoch: plan.sourceDateEpoch ?? null,
  };
  hash.update(`${JSON.stringify(settings)}\n`);
  await addFolder("", context, hash);
  return `sha256:${hash.digest("hex")}`;
}

async function addFolder(folder: string, context: BuildContext, hash: Hash): Promise<void> {
  for (const name of await context.list(folder)) {
    const path = folder === "" ? name : `${folder}/${name}`;
    const node = await context.find(path);
    if (node === undefined) continue;
    const { type } = node;
    const facts =
      type === "file"
        ? { size: node.size, executable: node.executable }
        : type === "symlink"
          ? { target: node.target }
          : {};
    hash.update(`${JSON.stringify({ path, type, ...facts })}\n`);
    if (type === "directory") await addFolder(path, context, hash);
    if (type === "file") await addFile(node.file, hash);
  }
}

async function addFile(file: string, hash: Hash): Promise<void> {
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  } catch (cause) {
    const why = `${file}: cannot be read: ${cause instanceof Error ? cause.message : cause}`;
    throw new ToolkitError("IMAGE_CONTEXT_INVALID", why, `Make ${file} readable.`, { cause });
  }
}
