import type { ECR, ImageFailure, ImageIdentifier } from "@aws-sdk/client-ecr";
import type { Operations } from "../../gateway/service.ts";
import { checkBatch, failure, findImage, isFailure } from "./image-identifier.ts";
import { identifiers } from "./image-shapes.ts";
import type { Repository } from "./repository.ts";
import type { EcrStore } from "./store.ts";

/**
 * A tag goes alone while the image has others; a digest takes the image and all of its tags.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
 */
export function batchDeleteImage(store: EcrStore): NonNullable<Operations<ECR>["BatchDeleteImage"]> {
  return ({ registryId, repositoryName = "", imageIds = [] }) => {
    const repository = store.repository(repositoryName, registryId);
    const results = checkBatch("imageIds", imageIds).map((imageId) => deleteImage(repository, imageId));
    return {
      imageIds: results.flatMap(({ deleted }) => deleted),
      failures: results.flatMap(({ failures }) => failures),
    };
  };
}

export interface Deletion {
  readonly deleted: readonly ImageIdentifier[];
  readonly failures: readonly ImageFailure[];
}

/** One of a batch; the registry deletes by it, too. */
export function deleteImage(repository: Repository, imageId: ImageIdentifier): Deletion {
  const image = findImage(repository, imageId);
  if (isFailure(image)) return { deleted: [], failures: [image] };
  const { digest } = image;
  const { imageTag } = imageId;
  if (imageId.imageDigest === undefined && imageTag !== undefined && repository.tagsOf(digest).length > 1) {
    repository.tags.delete(imageTag);
    return { deleted: [{ imageDigest: digest, imageTag }], failures: [] };
  }
  const indexes = repository.indexesOf(digest);
  if (indexes.length > 0) {
    const reason = `Requested image referenced by manifest list: [${indexes.join(", ")}]`;
    return { deleted: [], failures: [failure(imageId, "ImageReferencedByManifestList", reason)] };
  }
  const deleted = identifiers(repository, digest);
  repository.remove(digest);
  return { deleted, failures: [] };
}
