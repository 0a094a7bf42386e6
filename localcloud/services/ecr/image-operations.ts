import type { ECR, ImageFailure, Image as ImageShape, ImageStatusFilter, TagStatus } from "@aws-sdk/client-ecr";
import type { Operations } from "../../gateway/service.ts";
import { digestOf, isDigest } from "./digest.ts";
import { imageAlreadyExists, invalidParameter } from "./errors.ts";
import { checkBatch, existingImage, failure, findImage, isFailure } from "./image-identifier.ts";
import { identifiers, imageDetail, imageShape, invalidLayerDigest, layer } from "./image-shapes.ts";
import { page } from "./paging.ts";
import type { Repository, StoredImage } from "./repository.ts";
import type { EcrStore } from "./store.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/images.html */
export function imageOperations(store: EcrStore) {
  return {
    DescribeImages: ({ registryId, repositoryName = "", imageIds, filter, maxResults, nextToken }) => {
      const repository = store.repository(repositoryName, registryId);
      if (imageIds !== undefined) {
        if (maxResults !== undefined || nextToken !== undefined)
          throw invalidParameter("imageIds", "cannot be used together with maxResults or nextToken");
        const images = new Set(checkBatch("imageIds", imageIds).map((imageId) => existingImage(repository, imageId)));
        return { imageDetails: [...images].map((image) => imageDetail(repository, image)) };
      }
      const { items, ...more } = page(filtered(repository, filter), ({ digest }) => digest, { maxResults, nextToken });
      return { imageDetails: items.map((image) => imageDetail(repository, image)), ...more };
    },

    ListImages: ({ registryId, repositoryName = "", filter, maxResults, nextToken }) => {
      const repository = store.repository(repositoryName, registryId);
      const all = filtered(repository, filter).flatMap(({ digest }) => identifiers(repository, digest));
      const { items, ...more } = page(all, ({ imageDigest, imageTag = "" }) => `${imageDigest} ${imageTag}`, {
        maxResults,
        nextToken,
      });
      return { imageIds: items, ...more };
    },

    BatchGetImage: async ({ registryId, repositoryName = "", imageIds = [], acceptedMediaTypes }) => {
      const repository = store.repository(repositoryName, registryId);
      const images: ImageShape[] = [];
      const failures: ImageFailure[] = [];
      for (const imageId of checkBatch("imageIds", imageIds)) {
        const found = findImage(repository, imageId);
        if (isFailure(found)) failures.push(found);
        // Assumed: what is there in no accepted form is not found. AWS may convert it, which changes the digest.
        else if (acceptedMediaTypes?.includes(found.manifest.mediaType) === false)
          failures.push(failure(imageId, "ImageNotFound", "Requested image not found"));
        else images.push(await imageShape(store, repository, found, imageId.imageTag));
      }
      return { images, failures };
    },

    BatchCheckLayerAvailability: ({ registryId, repositoryName = "", layerDigests = [] }) => {
      const repository = store.repository(repositoryName, registryId);
      const digests = checkBatch("layerDigests", layerDigests);
      return {
        layers: digests.filter(isDigest).map((digest) => layer(repository, digest)),
        failures: digests.filter((digest) => !isDigest(digest)).map(invalidLayerDigest),
      };
    },

    PutImage: async ({ registryId, repositoryName = "", imageManifest = "", ...image }) => {
      const repository = store.repository(repositoryName, registryId);
      const bytes = Buffer.from(imageManifest, "utf8");
      refuseRepeat(repository, digestOf(bytes), image.imageTag);
      const stored = await store.putImage(repository, {
        bytes,
        mediaType: image.imageManifestMediaType,
        tag: image.imageTag,
        digest: image.imageDigest,
      });
      return { image: await imageShape(store, repository, stored, image.imageTag) };
    },
  } satisfies Operations<ECR>;
}

interface ImageFilter {
  readonly tagStatus?: TagStatus | undefined;
  readonly imageStatus?: ImageStatusFilter | undefined;
}

const TAG_STATUSES = ["TAGGED", "UNTAGGED", "ANY"];
const IMAGE_STATUSES = ["ACTIVE", "ARCHIVED", "ACTIVATING", "ANY"];

function filtered(
  repository: Repository,
  { tagStatus = "ANY", imageStatus = "ACTIVE" }: ImageFilter = {},
): StoredImage[] {
  checkEnum("filter.tagStatus", tagStatus, TAG_STATUSES);
  checkEnum("filter.imageStatus", imageStatus, IMAGE_STATUSES);
  // Nothing is ever archived here.
  if (imageStatus !== "ACTIVE" && imageStatus !== "ANY") return [];
  const tagged = new Set(repository.tags.values());
  return [...repository.images.values()].filter(
    ({ digest }) => tagStatus === "ANY" || tagged.has(digest) === (tagStatus === "TAGGED"),
  );
}

function checkEnum(parameter: string, value: string, values: readonly string[]): void {
  if (!values.includes(value))
    throw invalidParameter(parameter, `Member must satisfy enum value set: [${values.join(", ")}]`);
}

/** The API refuses what would change nothing; the OCI protocol accepts it. */
function refuseRepeat(repository: Repository, digest: string, tag: string | undefined): void {
  const repeated = repository.images.has(digest) && (tag === undefined || repository.tags.get(tag) === digest);
  if (repeated) throw imageAlreadyExists(repository.id, digest, tag);
}
