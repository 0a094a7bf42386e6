/** Amazon ECS's errors, in its own words. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html */
import { AwsError } from "../../protocol/aws-error.ts";

export const clusterNotFound = () => new AwsError("ClusterNotFoundException", "Cluster not found.");
export const serviceNotFound = () => new AwsError("ServiceNotFoundException", "Service not found.");
export const serviceNotActive = () => new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
export const taskNotFound = () => invalidParameter("The referenced task was not found.");
export const taskDefinitionNotFound = () => clientError("Unable to describe task definition.");

/** Why nothing of launch type EC2 can be placed: the local cloud has no container instances. */
export const NO_INSTANCES = "No Container Instances were found in your cluster.";

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function clientError(message: string): AwsError {
  return new AwsError("ClientException", message);
}

export function conflict(message: string): AwsError {
  return new AwsError("ConflictException", message);
}

/** Refuses members of a request that would change what happens, and that the local cloud does not act on. */
export function refuseUnsupported(operation: string, input: object, members: readonly string[]): void {
  const given = members.find((member) => isSet((input as Record<string, unknown>)[member]));
  if (given !== undefined)
    throw new AwsError("NotImplemented", `The local cloud does not implement '${given}' of ecs:${operation}.`, {
      status: 501,
    });
}

/** What switches something on: `{ enable: false, alarmNames: [] }` and 0 minutes, which AWS shows by default, do not. */
export function isSet(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).some(isSet);
  return value !== undefined && value !== false && value !== 0;
}
