/** The images that a batch call names, and the failures that it answers instead of throwing. */
import type { ImageFailure, ImageIdentifier } from "@aws-sdk/client-ecr";
import { isDigest } from "./digest.ts";
import { imageNotFound, invalidParameter } from "./errors.ts";
import type { Repository, StoredImage } from "./repository.ts";

const MAX_BATCH = 100;

/** @throws {AwsError} `InvalidParameterException` for none or more than 100. */
export function checkBatch<Item>(parameter: string, items: readonly Item[]): readonly Item[] {
  if (items.length < 1) throw invalidParameter(parameter, "Member must have length greater than or equal to 1");
  if (items.length > MAX_BATCH)
    throw invalidParameter(parameter, `Member must have length less than or equal to ${MAX_BATCH}`);
  return items;
}

/** @throws {AwsError} `ImageNotFoundException`, `InvalidParameterException`. */
export function existingImage(repository: Repository, imageId: ImageIdentifier): StoredImage {
  if (imageId.imageDigest === undefined && imageId.imageTag === undefined)
    throw invalidParameter("imageIds", "both tag and digest cannot be null");
  const image = repository.find(imageId);
  if (image === undefined) throw imageNotFound(repository.id, imageId);
  return image;
}

/** The image, or why there is none. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageFailure.html */
export function findImage(repository: Repository, imageId: ImageIdentifier): StoredImage | ImageFailure {
  const { imageDigest, imageTag } = imageId;
  if (imageDigest === undefined && imageTag === undefined)
    return failure(imageId, "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null");
  if (imageDigest !== undefined && !isDigest(imageDigest))
    return failure(
      imageId,
      "InvalidImageDigest",
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  return repository.find(imageId) ?? notFound(repository, imageId);
}

export function failure(
  imageId: ImageIdentifier,
  failureCode: NonNullable<ImageFailure["failureCode"]>,
  failureReason: string,
): ImageFailure {
  return { imageId, failureCode, failureReason };
}

export function isFailure(found: StoredImage | ImageFailure): found is ImageFailure {
  return "failureCode" in found;
}

function notFound(repository: Repository, imageId: ImageIdentifier): ImageFailure {
  const both = imageId.imageDigest !== undefined && imageId.imageTag !== undefined;
  if (both && repository.images.has(imageId.imageDigest ?? "") && repository.tags.has(imageId.imageTag ?? ""))
    return failure(imageId, "ImageTagDoesNotMatchDigest", "Requested tag does not match the digest of the image");
  return failure(imageId, "ImageNotFound", "Requested image not found");
}
