import type { CreateRoleRequest, CreateServiceLinkedRoleRequest } from "@aws-sdk/client-iam";
import { AwsError } from "../../protocol/aws-error.ts";
import { invalidInput, validation } from "./errors.ts";
import { checkDocument } from "./policy-document.ts";
import type { Role, RoleStore } from "./role-store.ts";

const NAME = /^[\w+=,.@-]{1,64}$/;
const PATH = /^\/([!-~]+\/)?$/;
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
  if (tags.length > MOST_TAGS) throw invalidInput(`A role can have at most ${MOST_TAGS} tags.`);
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

/** @throws {AwsError} `InvalidInput` for a service that has no such role, or has it already. */
export function createLinkedRole(store: RoleStore, input: CreateServiceLinkedRoleRequest): Role {
  const { AWSServiceName: service = "", CustomSuffix } = input;
  const name = LINKED_ROLES.get(service);
  if (name === undefined) throw invalidInput(`The local cloud has no service-linked role for ${service}.`);
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
