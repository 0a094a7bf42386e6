/** One secret: its versions and the staging labels that point at them. */
import { randomUUID } from "node:crypto";
import type { Tag } from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../../protocol/aws-error.ts";
import { invalidParameter, invalidRequest, notFound } from "./errors.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MOST_BYTES = 65_536;
/** Across all versions of a secret. */
const MOST_STAGES = 20;
const LONGEST_STAGE = 256;
/** Versions without a label are dropped beyond so many. */
const MOST_VERSIONS = 100;

export interface SecretContent {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

export interface SecretVersion {
  readonly id: string;
  readonly content: SecretContent;
  readonly createdAt: Date;
  readonly stages: Set<string>;
  readAt?: Date;
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  changedAt: Date;
  description: string | undefined;
  tags: readonly Tag[];
  /** By id, the oldest first. */
  readonly versions: Map<string, SecretVersion>;
  /** Set while the secret waits to be deleted. */
  deletion: { readonly asked: Date; readonly due: Date; readonly cancel: () => void } | undefined;
}

/** Whether a request brings a value at all, and only one. @throws {AwsError} `InvalidParameterException` */
export function checkedContent({ SecretString, SecretBinary }: SecretContent): SecretContent | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  const bytes = SecretString === undefined ? (SecretBinary?.length ?? 0) : Buffer.byteLength(SecretString);
  if (bytes > MOST_BYTES) throw invalidParameter(`The secret value can have at most ${MOST_BYTES} bytes.`);
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
}

/**
 * Adds a version and moves the labels to it. The version that was AWSCURRENT becomes AWSPREVIOUS.
 * @param token the version's id; a request that is sent again with it changes nothing.
 * @throws {AwsError} for labels that it cannot have; `ResourceExistsException` where the token stands for another value.
 */
export function addVersion(
  secret: Secret,
  content: SecretContent,
  { token = randomUUID(), stages = ["AWSCURRENT"], now }: { token?: string; stages?: readonly string[]; now: Date },
): SecretVersion {
  checkToken(token);
  const existing = secret.versions.get(token);
  if (existing !== undefined && !sameContent(existing.content, content))
    throw new AwsError(
      "ResourceExistsException",
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  if (existing !== undefined) return existing;
  checkStages(secret, stages);
  const version: SecretVersion = { id: token, content, createdAt: now, stages: new Set() };
  secret.versions.set(token, version);
  for (const stage of stages) moveStage(secret, stage, version);
  secret.changedAt = now;
  dropOldest(secret);
  return version;
}

/** @throws {AwsError} `InvalidParameterException` */
export function checkToken(token: string): void {
  if (token.length < 32 || token.length > 64)
    throw invalidParameter("ClientRequestToken must be 32-64 characters long.");
}

/** @throws {AwsError} `InvalidParameterException`, `LimitExceededException` */
function checkStages({ versions }: Secret, stages: readonly string[]): void {
  if (stages.length === 0 || stages.some(({ length }) => length === 0 || length > LONGEST_STAGE))
    throw invalidParameter(`A version has at least one staging label, each of 1 to ${LONGEST_STAGE} characters.`);
  const all = new Set([...stages, ...[...versions.values()].flatMap((version) => [...version.stages])]);
  if (all.size > MOST_STAGES)
    throw new AwsError("LimitExceededException", `A secret can have at most ${MOST_STAGES} staging labels.`);
}

function moveStage(secret: Secret, stage: string, to: SecretVersion): void {
  const holder = [...secret.versions.values()].find(({ stages }) => stages.has(stage));
  holder?.stages.delete(stage);
  to.stages.add(stage);
  if (stage === "AWSCURRENT" && holder !== undefined && holder !== to) moveStage(secret, "AWSPREVIOUS", holder);
}

function dropOldest({ versions }: Secret): void {
  for (const [id, { stages }] of versions) {
    if (versions.size <= MOST_VERSIONS) return;
    if (stages.size === 0) versions.delete(id);
  }
}

/** @throws {AwsError} `ResourceNotFoundException`, `InvalidRequestException` */
export function findVersion(
  secret: Secret,
  { versionId, stage }: { versionId?: string | undefined; stage?: string | undefined },
): SecretVersion {
  if (secret.deletion !== undefined)
    throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
  if (versionId === undefined) return findStage(secret, stage ?? "AWSCURRENT");
  const version = secret.versions.get(versionId);
  if (version === undefined)
    throw notFound(`Secrets Manager can't find the specified secret value for VersionId: ${versionId}`);
  if (stage !== undefined && !version.stages.has(stage))
    throw invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.");
  return version;
}

function findStage({ versions }: Secret, stage: string): SecretVersion {
  const version = [...versions.values()].find(({ stages }) => stages.has(stage));
  if (version === undefined)
    throw notFound(`Secrets Manager can't find the specified secret value for staging label: ${stage}`);
  return version;
}

function sameContent(one: SecretContent, other: SecretContent): boolean {
  return (
    one.SecretString === other.SecretString &&
    Buffer.from(one.SecretBinary ?? []).equals(Buffer.from(other.SecretBinary ?? []))
  );
}
