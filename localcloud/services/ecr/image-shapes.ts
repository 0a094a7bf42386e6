/** What is stored, in the shapes that the API answers. */
import type { ImageDetail, ImageIdentifier, Image as ImageShape, Layer, LayerFailure } from "@aws-sdk/client-ecr";
import { artifactTypeOf } from "./manifest.ts";
import type { Repository, StoredImage } from "./repository.ts";
import { scanSummary } from "./scans/scan.ts";
import type { EcrStore } from "./store.ts";

/** One for each tag; one without, where there is none. */
export function identifiers(repository: Repository, digest: string): ImageIdentifier[] {
  const tags = repository.tagsOf(digest);
  return tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag }));
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html */
export function imageDetail(repository: Repository, image: StoredImage): ImageDetail {
  const { digest, manifest, pushedAt } = image;
  const imageTags = repository.tagsOf(digest);
  const artifactMediaType = artifactTypeOf(manifest);
  return {
    ...repository.id,
    imageDigest: digest,
    ...(imageTags.length === 0 ? {} : { imageTags }),
    imageSizeInBytes: repository.imageBytes(image),
    imagePushedAt: new Date(pushedAt),
    ...scanSummary(repository.scans.get(digest)),
    imageManifestMediaType: manifest.mediaType,
    ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
    ...(manifest.subject === undefined ? {} : { subjectManifestDigest: manifest.subject.digest }),
    imageStatus: "ACTIVE",
  };
}

export async function imageShape(
  store: EcrStore,
  repository: Repository,
  image: StoredImage,
  imageTag: string | undefined,
): Promise<ImageShape> {
  const manifest = await store.readManifest(image);
  return {
    ...repository.id,
    imageId: { imageDigest: image.digest, ...(imageTag === undefined ? {} : { imageTag }) },
    imageManifest: manifest.toString("utf8"),
    imageManifestMediaType: image.manifest.mediaType,
  };
}

export function layer(repository: Repository, digest: string): Layer {
  const layerSize = repository.layers.get(digest);
  return layerSize === undefined
    ? { layerDigest: digest, layerAvailability: "UNAVAILABLE" }
    : { layerDigest: digest, layerAvailability: "AVAILABLE", layerSize };
}

export function invalidLayerDigest(digest: string): LayerFailure {
  return {
    layerDigest: digest,
    failureCode: "InvalidLayerDigest",
    failureReason: "Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
  };
}
