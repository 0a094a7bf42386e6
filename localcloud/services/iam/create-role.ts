import type { CreateRoleRequest, CreateServiceLinkedRoleRequest, Tag } from "@aws-sdk/client-iam";
import { AwsError } from "../../protocol/aws-error.ts";
import { invalidInput, validation } from "./errors.ts";
import { checkDocument } from "./policy-document.ts";
import type { Role, RoleStore } from "./role-store.ts";

const NAME = /^[\w+=,.@-]{1,64}$/;
const PATH = /^\/([!-~]+\/)?$/;
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const DESCRIPTION = /^[\t\n\r\x20-\x7e\xa1-\xff]{0,1000}$/;
const MOST_TAGS = 50;
const HOUR_SECONDS = 3600;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html */
const LINKED_ROLES = new Map([
  ["ecs.amazonaws.com", "AWSServiceRoleForECS"],
  ["ecs.application-autoscaling.amazonaws.com", "AWSServiceRoleForApplicationAutoScaling_ECSService"],
  ["elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing"],
]);

/** @throws {AwsError} in IAM's words for the first thing that it would refuse. */
export function createRole(store: RoleStore, input: CreateRoleRequest): Role {
  const { RoleName: name = "", Path: path = "/", MaxSessionDuration = HOUR_SECONDS, Tags: tags = [] } = input;
  if (input.PermissionsBoundary !== undefined)
    throw new AwsError("NotImplemented", "The local cloud does not implement PermissionsBoundary of iam:CreateRole.", {
      status: 501,
    });
  if (!NAME.test(name))
    throw validation(
      "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
    );
  if (path.length > 512 || !PATH.test(path) || path.startsWith("/aws-service-role/"))
    throw validation("The specified value for path is invalid. It must begin and end with /.");
  if (MaxSessionDuration < HOUR_SECONDS || MaxSessionDuration > 12 * HOUR_SECONDS)
    throw validation("MaxSessionDuration must be between 3600 and 43200 seconds.");
  checkDescription(input.Description);
  checkTags(tags);
  const trustPolicy = input.AssumeRolePolicyDocument ?? "";
  checkDocument(trustPolicy);
  return store.create(name, {
    path,
    description: input.Description,
    maxSessionDuration: MaxSessionDuration,
    tags,
    trustPolicy,
  });
}

function checkDescription(description = ""): void {
  if (!DESCRIPTION.test(description))
    throw validation(
      "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]* and have length less than or equal to 1000",
    );
}

/** Keys that differ in case only are the same to IAM. */
function checkTags(tags: readonly Tag[]): void {
  if (tags.length > MOST_TAGS) throw invalidInput(`A role can have at most ${MOST_TAGS} tags.`);
  for (const { Key = "", Value = "" } of tags)
    if (Key.length < 1 || Key.length > 128 || Value.length > 256 || /^aws:/i.test(Key))
      throw invalidInput("A tag key has 1 to 128 characters and does not begin with aws:, its value at most 256.");
  if (new Set(tags.map(({ Key = "" }) => Key.toLowerCase())).size < tags.length)
    throw invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
}

/** @throws {AwsError} `InvalidInput` for a service that has no such role, or has it already. */
export function createLinkedRole(store: RoleStore, input: CreateServiceLinkedRoleRequest): Role {
  const { AWSServiceName: service = "", CustomSuffix } = input;
  const name = LINKED_ROLES.get(service);
  if (name === undefined) throw invalidInput(`The local cloud has no service-linked role for ${service}.`);
  checkDescription(input.Description);
  if (CustomSuffix !== undefined) throw invalidInput(`Custom suffix is not allowed for ${service}`);
  if (store.has(name))
    throw invalidInput(`Service role name ${name} has been taken in this account, please try a different suffix.`);
  return store.create(name, {
    path: `/aws-service-role/${service}/`,
    description: input.Description,
    maxSessionDuration: HOUR_SECONDS,
    tags: [],
    trustPolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    }),
  });
}
