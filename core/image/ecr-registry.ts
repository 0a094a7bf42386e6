import type { Repository } from "@aws-sdk/client-ecr";
import type { EcrApi } from "../platform/aws/ecr.ts";
import { parseEcrHost } from "../platform/aws/ecr-host.ts";
import { awsFailure, isAwsCode, required } from "../platform/aws/failures.ts";
import type { Clock } from "../platform/clock.ts";
import { ToolkitError } from "../platform/errors.ts";
import { dockerCredentials } from "./docker/credentials.ts";
import type { Environment } from "./docker/environment.ts";
import { matchesPattern, pathPattern } from "./path-pattern.ts";
import { type Authorization, basicAuthorization, challengedAuthorization } from "./registry/authorization.ts";
import type { ImageReference } from "./registry/reference.ts";
import { RegistryClient } from "./registry/registry-client.ts";

type Ecr = Pick<EcrApi, "describeRepositories" | "getAuthorizationToken">;

/** Where to push to. */
export interface EcrRepository {
  readonly name: string;
  /** What image references start with: host and name. */
  readonly uri: string;
  /** Whether a tag that exists stays what it is. */
  isImmutable(tag: string): boolean;
  /** Whether its own setting scans what is pushed; the registry's may do so too. */
  readonly scansOnPush: boolean;
}

/**
 * One DescribeRepositories.
 *
 * @throws {ToolkitError} ECR_REPOSITORY_NOT_FOUND, or what the call itself failed with
 */
export async function findRepository(ecr: Ecr, name: string, signal: AbortSignal): Promise<EcrRepository> {
  try {
    const answer = await ecr.describeRepositories({ repositoryNames: [name] }, { signal });
    const repository = answer.repositories?.[0];
    if (repository?.repositoryUri === undefined) throw repositoryNotFound(name);
    return {
      name,
      uri: repository.repositoryUri,
      isImmutable: (tag) => isImmutable(repository, tag),
      scansOnPush: repository.imageScanningConfiguration?.scanOnPush === true,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (isAwsCode(error, "RepositoryNotFoundException")) throw repositoryNotFound(name, error);
    throw awsFailure("ecr:DescribeRepositories", error);
  }
}

function repositoryNotFound(name: string, cause?: unknown): ToolkitError {
  return new ToolkitError(
    "ECR_REPOSITORY_NOT_FOUND",
    `there is no repository ${name} in this account and region`,
    `Create repository ${name} (aws ecr create-repository --repository-name ${name}), or correct its name and region.`,
    { cause },
  );
}

/** The exclusions of a repository turn its setting around for the tags that match (their only wildcard is `*`). */
function isImmutable({ imageTagMutability, imageTagMutabilityExclusionFilters }: Repository, tag: string): boolean {
  const excluded = (imageTagMutabilityExclusionFilters ?? []).some(({ filter }) =>
    matchesPattern(tag, pathPattern(filter ?? "", { acrossFolders: false })),
  );
  switch (imageTagMutability) {
    case "IMMUTABLE":
      return true;
    case "IMMUTABLE_WITH_EXCLUSION":
      return !excluded;
    case "MUTABLE_WITH_EXCLUSION":
      return excluded;
    default:
      return false;
  }
}

/** Makes registry clients: with Amazon ECR's token where ECR itself says that it is ECR, with what `docker login` left elsewhere. */
export interface Registries {
  /** @param uri host and repository */
  clientOf(uri: Pick<ImageReference, "host" | "repository">): RegistryClient;
  /** ECR's token for the repository's own registry and for those of the same region that a text names. */
  passwordsFor(text: string): readonly RegistryPassword[];
}

/** A password for a registry. */
export interface RegistryPassword {
  readonly host: string;
  /** `user:password` in base64. */
  readonly encoded: string;
}

/**
 * One GetAuthorizationToken. The token is good for the registries of all accounts in its region, and goes nowhere else.
 *
 * @param trustedHost the host of the repository's URI, which ECR named too
 */
export async function openRegistries(
  ecr: Ecr,
  trustedHost: string,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly environment: Environment },
): Promise<Registries> {
  const answer = await required("ecr:GetAuthorizationToken", ecr.getAuthorizationToken({}, { signal: options.signal }));
  const { authorizationToken = "", proxyEndpoint = "" } = answer.authorizationData?.[0] ?? {};
  const endpoint = new URL(proxyEndpoint);
  const isEcr = (host: string) => host === trustedHost || host === endpoint.host || sameRegion(host, endpoint.host);
  return {
    passwordsFor: (text) =>
      [...new Set([trustedHost, ...namedHosts(text)])]
        .filter(isEcr)
        .map((host) => ({ host, encoded: authorizationToken })),
    clientOf({ host, repository }) {
      const authorization: Authorization = isEcr(host)
        ? basicAuthorization(authorizationToken)
        : challengedAuthorization(() => dockerCredentials(host, options.environment));
      const scheme = isEcr(host) ? endpoint.protocol : schemeOf(host);
      return new RegistryClient(
        { origin: new URL(`${scheme}//${host}`).origin, authorization, ...options },
        repository,
      );
    },
  };
}

function namedHosts(text: string): string[] {
  return [...text.matchAll(/(?<![\w.-])(\d{12}\.dkr[.-]ecr[\w.-]*)\//g)].flatMap(([, host]) => host ?? []);
}

function sameRegion(host: string, endpoint: string): boolean {
  const region = parseEcrHost(host)?.region;
  return region !== undefined && region === parseEcrHost(endpoint)?.region;
}

/** Plain HTTP for this machine's own registries, as Docker has it for 127.0.0.0/8, and TLS for all others. */
function schemeOf(host: string): string {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host) ? "http:" : "https:";
}
