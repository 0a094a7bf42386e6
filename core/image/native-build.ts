import { ToolkitError } from "../platform/errors.ts";
import { type BuiltImage, buildImage } from "./build-image.ts";
import type { BuildPlan } from "./build-plan.ts";
import type { BuildRun, PushedImage } from "./build-run.ts";
import { formatBytes } from "./bytes.ts";
import type { Registries } from "./ecr-registry.ts";
import { formatPlatform } from "./platform.ts";
import { distinctLayers, pushBlobs } from "./push-image.ts";
import type { PushTarget } from "./push-target.ts";
import type { Manifest } from "./registry/blob.ts";
import { findTagged, putManifestUnderTag } from "./tag.ts";
import { inWorkFolder } from "./work-folder.ts";

/**
 * Builds an image without an engine (see buildImage) and pushes it: only the layers that the repository does not have,
 * and nothing at all where the tags already stand for the same content.
 *
 * @throws {ToolkitError} IMAGE_INSTRUCTION_UNSUPPORTED before anything is pushed, other IMAGE_* codes
 */
export function buildNatively(
  plan: BuildPlan,
  target: PushTarget,
  registries: Registries,
  run: BuildRun,
): Promise<PushedImage> {
  return inWorkFolder(async (workFolder) => {
    const image = await build(plan, workFolder, registries, run);
    return { ...(await push(image, target, run)), ...describe(image, plan, target) };
  });
}

async function build(
  plan: BuildPlan,
  workFolder: string,
  registries: Registries,
  { log, signal }: BuildRun,
): Promise<BuiltImage> {
  const { context, file, target, buildArgs, labels, sourceDateEpoch = 0 } = plan;
  const [platform] = plan.platforms;
  const image = await buildImage(
    { context, file, target, buildArgs, labels, platform, sourceDateEpoch, workFolder },
    {
      registryOf: (reference) => registries.clientOf(reference),
      warn: (line) => log.warn(line),
      progress: (line) => log.progress("build", line),
      signal,
    },
  );
  if (image.layers.length === 0) throw noLayer(file ?? "Dockerfile");
  const size = image.layers.reduce((sum, layer) => sum + layer.size, 0);
  log.step(
    "build",
    `built ${image.manifest.digest} without an engine · ${count(image.layers.length)} · ${formatBytes(size)}`,
  );
  return image;
}

function noLayer(dockerfile: string): ToolkitError {
  return new ToolkitError(
    "IMAGE_DOCKERFILE_INVALID",
    `${dockerfile}: makes an image without a layer, which Amazon ECR does not take`,
    `Copy files into the image, or begin with a base that has some, in ${dockerfile}.`,
  );
}

type Pushed = Pick<PushedImage, "outcome" | "digest" | "layers" | "bytes">;

async function push(image: BuiltImage, target: PushTarget, { log }: BuildRun): Promise<Pushed> {
  const { name } = target.repository;
  const { same, others } = await findTagged(image, target);
  if (same !== undefined) return tagAgain(image, same, target, [...others.keys()], log);
  const pushed = await pushBlobs(image, target.client, {
    missing: ({ layers, bytes }) =>
      log.step("push", `pushing ${count(layers.pushed)} (${formatBytes(bytes)}), ${layers.skipped} already there`),
    progress: ({ sentBytes, totalBytes }) =>
      log.progress("push", `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`),
  });
  for (const [tag, existing] of others) {
    await putManifestUnderTag(image.manifest, target.repository, target.client, tag);
    const moved = existing === undefined ? "" : `, which was ${existing}`;
    log.step("push", `pushed ${name}@${image.manifest.digest} as ${tag}${moved}`);
  }
  return { outcome: "pushed", digest: image.manifest.digest, ...pushed };
}

/** A tag stands for this content already, perhaps compressed by another zlib: the others are to mean the very same. */
async function tagAgain(
  image: BuiltImage,
  same: Manifest,
  { repository, client, tags }: PushTarget,
  others: readonly string[],
  log: BuildRun["log"],
): Promise<Pushed> {
  for (const tag of others) await putManifestUnderTag(same, repository, client, tag);
  const there = { digest: same.digest, layers: { pushed: 0, skipped: distinctLayers(image).length }, bytes: 0 };
  if (others.length > 0) {
    log.step("push", `tagged ${repository.name}@${same.digest}, which was there, as ${others.join(", ")}`);
    return { outcome: "pushed", ...there };
  }
  log.step("push", `unchanged: ${tags.map((tag) => `${repository.name}:${tag}`).join(", ")} already is ${same.digest}`);
  return { outcome: "unchanged", ...there };
}

function describe(image: BuiltImage, { platforms: [platform] }: BuildPlan, { repository, tags }: PushTarget) {
  const { manifest, configuration } = image;
  return {
    imageId: configuration.digest,
    platforms: [{ platform: formatPlatform(platform), digest: manifest.digest }],
    builder: "native",
    metadata: {
      "containerimage.config.digest": configuration.digest,
      "containerimage.digest": manifest.digest,
      "image.name": tags.map((tag) => `${repository.uri}:${tag}`).join(","),
    },
  };
}

function count(layers: number): string {
  return layers === 1 ? "1 layer" : `${layers} layers`;
}
