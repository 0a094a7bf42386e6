/** Amazon ECS's names: ARNs and ids, made and read. */
import { randomBytes, randomInt } from "node:crypto";
import { invalidParameter } from "./errors.ts";

export interface Account {
  readonly accountId: string;
  readonly region: string;
}

export function ecsArn({ accountId, region }: Account, resource: string): string {
  return `arn:aws:ecs:${region}:${accountId}:${resource}`;
}

/** The last part of an ARN, or the name itself: APIs take either. */
export function shortName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
}

/**
 * The name or id of a service or task that is looked for in a cluster, from itself or its ARN.
 * @throws {AwsError} `InvalidParameterException` for the ARN of something in another cluster.
 */
export function nameInCluster(nameOrArn: string, cluster: { readonly name: string }): string {
  const [, owner, ...name] = nameOrArn.startsWith("arn:") ? nameOrArn.split("/") : [];
  if (owner !== undefined && name.length > 0 && owner !== cluster.name)
    throw invalidParameter(`Invalid identifier: Identifier is for cluster ${owner}. Your cluster is ${cluster.name}`);
  return shortName(nameOrArn);
}

export function taskId(): string {
  return randomBytes(16).toString("hex");
}

/** As in `ecs-svc/1234567890123456789`. */
export function numericId(): string {
  const digits = () => String(randomInt(0, 1_000_000_000)).padStart(9, "0");
  return `${randomInt(1, 10)}${digits()}${digits()}`;
}

/** As in the last part of a service deployment's ARN. */
export function deploymentRecordId(): string {
  return randomBytes(16).toString("base64url").slice(0, 21);
}
