/** What repositories and tags may be called, and in whose sentences others are refused. */
import { invalidParameter } from "./errors.ts";

const REPOSITORY_NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const MAX_REPOSITORY_NAME = 256;

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** @throws {AwsError} `InvalidParameterException`. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
export function checkRepositoryName(name: string, parameter = "repositoryName"): void {
  if (name.length < 2) throw invalidParameter(parameter, "must have length greater than or equal to 2");
  if (name.length > MAX_REPOSITORY_NAME)
    throw invalidParameter(parameter, `must have length less than or equal to ${MAX_REPOSITORY_NAME}`);
  if (!REPOSITORY_NAME.test(name))
    throw invalidParameter(parameter, `must satisfy regular expression '${REPOSITORY_NAME.source.slice(1, -1)}'`);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** @throws {AwsError} `InvalidParameterException`. */
export function checkTag(tag: string): void {
  if (!isTag(tag)) throw invalidParameter("imageTag", `must satisfy regular expression '${TAG.source.slice(1, -1)}'`);
}
