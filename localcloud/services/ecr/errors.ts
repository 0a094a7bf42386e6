/** Amazon ECR's errors in its own sentences. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html */
import { AwsError } from "../../protocol/aws-error.ts";

/** Where something was looked for: a repository of an account's registry. */
export interface RepositoryId {
  readonly repositoryName: string;
  readonly registryId: string;
}

export function invalidParameter(parameter: string, constraint: string): AwsError {
  return new AwsError(
    "InvalidParameterException",
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  );
}

/** For an input that AWS would act on and the local cloud cannot: refused, never dropped. */
export function notLocally(parameter: string, what: string): AwsError {
  return new AwsError(
    "InvalidParameterException",
    `Invalid parameter at '${parameter}': the local cloud does not ${what}.`,
  );
}

export function repositoryNotFound({ repositoryName, registryId }: RepositoryId): AwsError {
  return new AwsError(
    "RepositoryNotFoundException",
    `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
  );
}

export function repositoryAlreadyExists({ repositoryName, registryId }: RepositoryId): AwsError {
  return new AwsError(
    "RepositoryAlreadyExistsException",
    `The repository with name '${repositoryName}' already exists in the registry with id '${registryId}'`,
  );
}

export function repositoryNotEmpty({ repositoryName, registryId }: RepositoryId): AwsError {
  return new AwsError(
    "RepositoryNotEmptyException",
    `The repository with name '${repositoryName}' in registry with id '${registryId}' cannot be deleted because it still contains images`,
  );
}

interface ImageId {
  readonly imageDigest?: string | undefined;
  readonly imageTag?: string | undefined;
}

function shown({ imageDigest = "null", imageTag = "null" }: ImageId): string {
  return `{imageDigest:'${imageDigest}', imageTag:'${imageTag}'}`;
}

export function scanNotFound({ repositoryName, registryId }: RepositoryId, image: ImageId): AwsError {
  return new AwsError(
    "ScanNotFoundException",
    `Image scan does not exist for the image with '${shown(image)}' in the repository with name '${repositoryName}' in the registry with id '${registryId}'`,
  );
}

export function imageNotFound({ repositoryName, registryId }: RepositoryId, image: ImageId): AwsError {
  return new AwsError(
    "ImageNotFoundException",
    `The image with imageId ${shown(image)} does not exist within the repository with name '${repositoryName}' in the registry with id '${registryId}'`,
  );
}

export function imageAlreadyExists(
  { repositoryName, registryId }: RepositoryId,
  digest: string,
  tag: string | undefined,
): AwsError {
  const which = tag === undefined ? `'${digest}'` : `'${digest}' and tag '${tag}'`;
  return new AwsError(
    "ImageAlreadyExistsException",
    `Image with digest ${which} already exists in the repository with name '${repositoryName}' in registry with id '${registryId}'`,
  );
}

export function imageTagAlreadyExists({ repositoryName }: RepositoryId, tag: string): AwsError {
  return new AwsError(
    "ImageTagAlreadyExistsException",
    `The image tag '${tag}' already exists in the '${repositoryName}' repository and cannot be overwritten because the tag is immutable.`,
  );
}

export function imageDigestDoesNotMatch({ repositoryName, registryId }: RepositoryId, digest: string): AwsError {
  return new AwsError(
    "ImageDigestDoesNotMatchException",
    `The image with digest '${digest}' in repository '${repositoryName}' and registry ID '${registryId}' does not match the image digest that Amazon ECR has calculated.`,
  );
}

export function layersNotFound(repository: RepositoryId, digests: readonly string[]): AwsError {
  return new AwsError("LayersNotFoundException", `Layers ${requiredButMissing(repository, digests)}`);
}

export function referencedImagesNotFound(repository: RepositoryId, digests: readonly string[]): AwsError {
  return new AwsError("ReferencedImagesNotFoundException", `Images ${requiredButMissing(repository, digests)}`);
}

export function lifecyclePolicyNotFound(repository: RepositoryId): AwsError {
  return new AwsError("LifecyclePolicyNotFoundException", `Lifecycle policy ${doesNotExistFor(repository)}`);
}

export function lifecyclePolicyPreviewNotFound(repository: RepositoryId): AwsError {
  return new AwsError(
    "LifecyclePolicyPreviewNotFoundException",
    `Lifecycle policy preview ${doesNotExistFor(repository)}`,
  );
}

function doesNotExistFor({ repositoryName, registryId }: RepositoryId): string {
  return `does not exist for the repository with name '${repositoryName}' in the registry with id '${registryId}'`;
}

function requiredButMissing({ repositoryName, registryId }: RepositoryId, digests: readonly string[]): string {
  return `with digests '[${digests.join(", ")}]' required for pushing image into repository with name '${repositoryName}' in the registry with id '${registryId}' do not exist`;
}
