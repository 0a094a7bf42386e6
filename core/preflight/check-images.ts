import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import type { EcrApi } from "../platform/aws/ecr.ts";
import { parseEcrHost } from "../platform/aws/ecr-host.ts";
import { isAwsCode, missing } from "../platform/aws/failures.ts";
import { isJsonObject, type JsonObject } from "../platform/json.ts";
import { containersOf } from "../task-definition/render.ts";
import type { CheckOptions, Finding } from "./finding.ts";

/** Images of one repository of Amazon ECR. */
interface RepositoryImages {
  readonly registryId: string | undefined;
  readonly repositoryName: string;
  /** Whether the reference says for certain that this is Amazon ECR. */
  readonly certain: boolean;
  readonly images: readonly { readonly reference: string; readonly id: ImageIdentifier }[];
}

const mediaTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** The images that Amazon ECR may hold, by repository. A registry at host:port may be ECR's by another name. */
export function ecrImages(taskDefinition: JsonObject): readonly RepositoryImages[] {
  const references = containersOf(taskDefinition).flatMap(({ image }) => (typeof image === "string" ? [image] : []));
  const repositories = new Map<string, RepositoryImages>();
  for (const reference of new Set(references)) {
    const found = parsed(reference);
    if (found === undefined) continue;
    const known = repositories.get(found.key);
    const images = [...(known?.images ?? []), { reference, id: found.id }];
    repositories.set(found.key, { ...found.repository, images });
  }
  return [...repositories.values()];
}

function parsed(reference: string) {
  const [, host = "", repositoryName = "", tag, imageDigest] =
    /^([^/]+)\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(reference) ?? [];
  const registryId = parseEcrHost(host)?.registryId;
  if (registryId === undefined && !/:\d+$/.test(host)) return undefined;
  const id: ImageIdentifier = imageDigest === undefined ? { imageTag: tag ?? "latest" } : { imageDigest };
  return {
    key: `${host}/${repositoryName}`,
    id,
    repository: { registryId, repositoryName, certain: registryId !== undefined },
  };
}

/** The images are there, and an index has one for the task's platform: one BatchGetImage for a repository. */
export async function checkImages(
  ecr: Pick<EcrApi, "batchGetImage">,
  { registryId, repositoryName, certain, images }: RepositoryImages,
  taskDefinition: JsonObject,
  { signal, note }: CheckOptions,
): Promise<readonly Finding[]> {
  const imageIds = images.map(({ id }) => id);
  const input = { repositoryName, imageIds, acceptedMediaTypes: mediaTypes, ...(registryId && { registryId }) };
  try {
    const answer = await ecr.batchGetImage(input, { signal });
    return images.flatMap(({ reference, id }) => {
      const manifest = answer.images?.find(({ imageId }) => isMeant(imageId, id))?.imageManifest;
      return manifest === undefined ? [notThere(reference)] : checkPlatform(reference, manifest, taskDefinition);
    });
  } catch (error) {
    if (certain && isAwsCode(error, "RepositoryNotFoundException"))
      return images.map(({ reference }) => notThere(reference));
    note(missing("ecr:BatchGetImage", error));
    return [];
  }
}

function isMeant(found: ImageIdentifier | undefined, wanted: ImageIdentifier): boolean {
  return wanted.imageDigest === undefined
    ? found?.imageTag === wanted.imageTag
    : found?.imageDigest === wanted.imageDigest;
}

function notThere(reference: string): Finding {
  return {
    severity: "error",
    what: `image ${reference} does not exist`,
    remedy: `Push ${reference}, or correct the image.`,
  };
}

/** A manifest of one platform does not say which; its configuration would take another call. */
function checkPlatform(reference: string, text: string, taskDefinition: JsonObject): readonly Finding[] {
  const { manifests } = JSON.parse(text) as { manifests?: readonly { platform?: Platform }[] };
  if (manifests === undefined) return [];
  const wanted = taskPlatform(taskDefinition);
  const platforms = manifests.flatMap(({ platform }) => (platform?.os === "unknown" ? [] : (platform ?? [])));
  if (platforms.some(({ os, architecture }) => os === wanted.os && architecture === wanted.architecture)) return [];
  const there = platforms.map(({ os, architecture }) => `${os}/${architecture}`).join(", ");
  const needed = `${wanted.os}/${wanted.architecture}`;
  return [
    {
      severity: "error",
      what: `image ${reference} is for ${there}, the task needs ${needed}`,
      remedy: `Build ${reference} for ${needed}, or correct runtimePlatform.`,
    },
  ];
}

interface Platform {
  readonly os: string;
  readonly architecture: string;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html */
function taskPlatform({ runtimePlatform }: JsonObject): Platform {
  const { cpuArchitecture, operatingSystemFamily }: JsonObject = isJsonObject(runtimePlatform) ? runtimePlatform : {};
  return {
    os: String(operatingSystemFamily ?? "LINUX").startsWith("WINDOWS") ? "windows" : "linux",
    architecture: cpuArchitecture === "ARM64" ? "arm64" : "amd64",
  };
}
