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
import { findDockerBuilder } from "./docker-builder.ts";
import { findEarlierImage, findTags, type TaggedImages, tagEarlierImage } from "./earlier-image.ts";
import { type DockerImage, runBuild } from "./run-build.ts";
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
    const reuse = async () => {
      const tagged = await findTags(target, target.tags);
      const earlier = marks ? await findEarlierImage(target, tagged, inputs, workFolder) : undefined;
      return { tagged, earlier };
    };
    const { tagged, earlier } = await reuse();
    if (earlier !== undefined) return takeEarlier(earlier, tagged, plan, target, run);
    log.step("build", `building ${plan.file ?? "Dockerfile"} in ${plan.context} with ${builder.name}`);
    const labels = new Map(marks ? [[inputsLabel, inputs]] : []);
    const mentioned = [dockerfile.text, ...plan.buildArgs.values(), ...plan.cacheFrom, ...plan.cacheTo].join("\n");
    const passwords = registries.passwordsFor(mentioned);
    try {
      const built = await runBuild({ plan, builder, target, dockerfile, labels, secrets, passwords, workFolder }, run);
      return describe(built, tagged, plan, target, run);
    } catch (error) {
      signal.throwIfAborted();
      // Somebody else may have taken an immutable tag meanwhile: another run for the same commit, most likely.
      const now = await reuse();
      if (now.earlier === undefined) throw error;
      return takeEarlier(now.earlier, now.tagged, plan, target, run);
    }
  });
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

function describe(
  { manifest, imageId, metadata, builder }: DockerImage,
  tagged: TaggedImages,
  plan: BuildPlan,
  target: PushTarget,
  { log }: BuildRun,
): PushedImage {
  const { name } = target.repository;
  const unchanged = [...tagged.values()].every((before) => before?.digest === manifest.digest);
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
