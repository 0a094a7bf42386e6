import { ToolkitError } from "../../platform/errors.ts";
import type { BuildPlan } from "../build-plan.ts";
import type { BuildRun, PushedImage } from "../build-run.ts";
import { openContext, readDockerfile } from "../context/build-context.ts";
import type { Registries } from "../ecr-registry.ts";
import { formatPlatform } from "../platform.ts";
import { platformImages } from "../published-image.ts";
import type { PushTarget } from "../push-target.ts";
import type { Manifest } from "../registry/blob.ts";
import { inWorkFolder } from "../work-folder.ts";
import { buildInputsDigest, inputsLabel } from "./build-inputs-digest.ts";
import { checkLimits } from "./builder-limits.ts";
import { type DockerBuilder, findDockerBuilder } from "./docker-builder.ts";
import { findEarlierImage, findTags, type TaggedImages, tagEarlierImage } from "./earlier-image.ts";
import { type DockerBuild, type DockerImage, runBuild } from "./run-build.ts";
import { readSecrets } from "./secrets.ts";

/**
 * Builds an image with a Docker engine and has Docker push it, under all tags at once. Where a tag of the repository is
 * immutable, the image carries a label that says what it was built from, and a second run of the same takes the image
 * that is there.
 *
 * @throws {ToolkitError} DOCKER_UNAVAILABLE, IMAGE_BUILDER_UNSUPPORTED before anything runs, IMAGE_BUILD_FAILED with what
 *   the failing step said, IMAGE_TAG_IMMUTABLE, other IMAGE_* codes; the signal's reason
 */
export async function buildWithDocker(
  plan: BuildPlan,
  target: PushTarget,
  registries: Registries,
  run: BuildRun,
): Promise<PushedImage> {
  const { log, environment, signal } = run;
  const dockerfile = await readDockerfile(plan.context, plan.file);
  const context = await openContext(plan.context, dockerfile.path);
  const secrets = readSecrets(plan, environment);
  const builder = await findDockerBuilder({ environment, signal });
  checkLimits(plan, builder);
  return inWorkFolder(async (workFolder) => {
    const marks = target.tags.some((tag) => target.repository.isImmutable(tag));
    const inputs = marks ? await buildInputsDigest(plan, dockerfile.text, context) : "";
    const { tagged, earlier } = await findReusable(target, inputs, workFolder);
    if (earlier !== undefined) return takeEarlier(earlier, tagged, plan, target, run);
    log.step("build", `building ${plan.file ?? "Dockerfile"} in ${plan.context} with ${builder.name}`);
    const labels = new Map(marks ? [[inputsLabel, inputs]] : []);
    const mentioned = [dockerfile.text, ...plan.buildArgs.values(), ...plan.cacheFrom, ...plan.cacheTo].join("\n");
    const passwords = registries.passwordsFor(mentioned);
    const build = { plan, builder, target, dockerfile, labels, secrets, passwords, workFolder };
    return buildOrFind(build, tagged, inputs, run);
  });
}

/** Builds; where that fails, an image of the very same inputs may stand under the immutable tag all the same. */
async function buildOrFind(
  build: Omit<DockerBuild, "onExported">,
  tagged: TaggedImages,
  inputs: string,
  run: BuildRun,
): Promise<PushedImage> {
  const { plan, target, builder, workFolder } = build;
  const own = new Set<string>();
  const onExported = (digest: string) => void own.add(digest);
  try {
    return describe(await runBuild({ ...build, onExported }, run), tagged, plan, target, run);
  } catch (error) {
    run.signal.throwIfAborted();
    const now = await findReusable(target, inputs, workFolder);
    if (now.earlier === undefined) throw error;
    // Somebody else may have taken an immutable tag meanwhile: another run for the same commit, most likely.
    if (!own.has(now.earlier.digest)) return takeEarlier(now.earlier, now.tagged, plan, target, run);
    run.log.warn(`its push failed after it had arrived: ${error instanceof ToolkitError ? error.message : error}`);
    await tagEarlierImage(target, now.earlier, now.tagged);
    return describe(arrived(now.earlier, builder), new Map(), plan, target, run);
  }
}

/** @param inputs their digest; empty where no tag is immutable, and nothing is taken again */
async function findReusable(target: PushTarget, inputs: string, workFolder: string) {
  const tagged = await findTags(target, target.tags);
  return { tagged, earlier: inputs === "" ? undefined : await findEarlierImage(target, tagged, inputs, workFolder) };
}

async function takeEarlier(
  earlier: Manifest,
  tagged: TaggedImages,
  plan: BuildPlan,
  target: PushTarget,
  { log }: BuildRun,
): Promise<PushedImage> {
  const { name } = target.repository;
  log.step("build", `not built: ${name}@${earlier.digest} was built from the same files and inputs`);
  const added = await tagEarlierImage(target, earlier, tagged);
  log.step("push", `${added ? "tagged" : "unchanged:"} ${name}@${earlier.digest} as ${target.tags.join(", ")}`);
  return {
    outcome: added ? "pushed" : "unchanged",
    digest: earlier.digest,
    imageId: earlier.digest,
    platforms: platformImages(earlier, formatPlatform(plan.platforms[0])),
    builder: "none: the image was there",
    metadata: metadataOf(earlier, target),
  };
}

/**
 * An image that was built and is there, though its push failed: Docker 26 puts an index under the tag and then, by the
 * same tag, the images that it lists, which an immutable tag refuses once it stands for the index.
 */
function arrived(manifest: Manifest, { name }: DockerBuilder): DockerImage {
  return { manifest, imageId: manifest.digest, metadata: {}, builder: name };
}

function describe(
  { manifest, imageId, metadata, builder }: DockerImage,
  tagged: TaggedImages,
  plan: BuildPlan,
  target: PushTarget,
  { log }: BuildRun,
): PushedImage {
  const { name } = target.repository;
  const unchanged = tagged.size > 0 && [...tagged.values()].every((before) => before?.digest === manifest.digest);
  const platforms = platformImages(manifest, formatPlatform(plan.platforms[0]));
  log.step("push", `${unchanged ? "unchanged:" : "pushed"} ${name}@${manifest.digest} as ${target.tags.join(", ")}`);
  if (platforms.length > 1) {
    for (const { platform, digest } of platforms) log.step("push", `${platform} is ${name}@${digest}`);
  }
  return {
    outcome: unchanged ? "unchanged" : "pushed",
    digest: manifest.digest,
    imageId,
    platforms,
    builder,
    metadata: { ...metadataOf(manifest, target), ...metadata },
  };
}

function metadataOf({ digest, mediaType, bytes }: Manifest, { repository, tags }: PushTarget) {
  return {
    "containerimage.digest": digest,
    "containerimage.descriptor": { mediaType, digest, size: bytes.length },
    "image.name": tags.map((tag) => `${repository.uri}:${tag}`).join(","),
  };
}
