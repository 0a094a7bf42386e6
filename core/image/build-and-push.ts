import type { EcrApi } from "../platform/aws/ecr.ts";
import type { Run } from "../platform/run.ts";
import { type BuiltImage, buildImage } from "./build-image.ts";
import { type BuildAndPushInput, checkBuildInput } from "./build-input.ts";
import { formatBytes } from "./bytes.ts";
import { type EcrRepository, findRepository, openRegistries, type Registries } from "./ecr-registry.ts";
import { parsePlatform } from "./platform.ts";
import { distinctLayers, type PushedBlobs, pushBlobs } from "./push-image.ts";
import type { RegistryClient } from "./registry/registry-client.ts";
import { findTagged, putUnderTag } from "./tag.ts";
import { inWorkFolder } from "./work-folder.ts";

export interface BuildResult {
  /** `unchanged`: the tag already stands for this very content, and nothing was uploaded. */
  readonly outcome: "pushed" | "unchanged";
  /** What to deploy: `repositoryUri@sha256:…`, which no later push can change. */
  readonly image: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly tag: string;
  readonly layers: PushedBlobs["layers"];
  /** What was uploaded, in bytes. */
  readonly bytes: number;
}

/**
 * Builds an image without an engine (see buildImage) and pushes it to Amazon ECR under a tag: only the layers that the
 * repository does not have, and nothing at all where the tag already stands for the same content.
 *
 * @throws {ToolkitError} ECR_REPOSITORY_NOT_FOUND, IMAGE_TAG_IMMUTABLE where the tag stands for other content and may not
 *   move, other IMAGE_* codes, AWS_*; the signal's reason
 */
export async function buildAndPush(
  clients: { readonly ecr: Pick<EcrApi, "describeRepositories" | "getAuthorizationToken"> },
  input: BuildAndPushInput,
  run: Run,
): Promise<BuildResult> {
  const buildArgs = checkBuildInput(input);
  const platform = parsePlatform(input.platform);
  const repository = await findRepository(clients.ecr, input.repository, run.signal);
  const [host = ""] = repository.uri.split("/", 1);
  const registries = await openRegistries(clients.ecr, host, run);
  return inWorkFolder(async (workFolder) => {
    const image = await build({ ...input, buildArgs, platform, workFolder }, registries, run);
    const client = registries.clientOf({ host, repository: repository.uri.slice(host.length + 1) });
    return push(image, repository, client, input.tag, run);
  });
}

async function build(
  input: Parameters<typeof buildImage>[0],
  registries: Registries,
  { log, signal }: Run,
): Promise<BuiltImage> {
  log.step("build", `building ${input.file ?? "Dockerfile"} in ${input.context} without an engine`);
  const image = await buildImage(input, {
    registryOf: (reference) => registries.clientOf(reference),
    warn: (line) => log.warn(line),
    progress: (line) => log.progress("build", line),
    signal,
  });
  const size = image.layers.reduce((sum, layer) => sum + layer.size, 0);
  log.step("build", `built ${image.manifest.digest} · ${count(image.layers.length)} · ${formatBytes(size)}`);
  return image;
}

async function push(
  image: BuiltImage,
  repository: EcrRepository,
  client: RegistryClient,
  tag: string,
  { log }: Run,
): Promise<BuildResult> {
  const existing = await findTagged(image, repository, client, tag);
  const result = (digest: string) => ({ image: `${repository.uri}@${digest}`, digest, tag });
  if (existing?.sameContent === true) {
    log.step("push", `unchanged: ${repository.name}:${tag} already is ${existing.digest}`);
    return {
      outcome: "unchanged",
      ...result(existing.digest),
      layers: { pushed: 0, skipped: distinctLayers(image).length },
      bytes: 0,
    };
  }
  const pushed = await pushBlobs(image, client, {
    missing: ({ layers, bytes }) =>
      log.step("push", `pushing ${count(layers.pushed)} (${formatBytes(bytes)}), ${layers.skipped} already there`),
    progress: ({ sentBytes, totalBytes }) =>
      log.progress("push", `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`),
  });
  await putUnderTag(image, repository, client, tag);
  const moved = existing === undefined ? "" : `, which was ${existing.digest}`;
  log.step("push", `pushed ${repository.name}@${image.manifest.digest} as ${tag}${moved}`);
  return { outcome: "pushed", ...result(image.manifest.digest), ...pushed };
}

function count(layers: number): string {
  return layers === 1 ? "1 layer" : `${layers} layers`;
}
