import type { Service } from "@aws-sdk/client-ecs";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { awsFailure, isAwsCode } from "../platform/aws/failures.ts";
import { ToolkitError } from "../platform/errors.ts";

/** A service, as users name it: both may be ARNs too. */
export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

/**
 * One DescribeServices, answered with the service.
 * @throws {ToolkitError} ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_NOT_FOUND, or what the call itself failed with
 */
export async function describeService(
  ecs: Pick<EcsApi, "describeServices">,
  { cluster, service }: ServiceName,
  signal: AbortSignal,
): Promise<Service> {
  try {
    const answer = await ecs.describeServices({ cluster, services: [service] }, { signal });
    const [found] = answer.services ?? [];
    if (found !== undefined) return found;
  } catch (error) {
    if (isAwsCode(error, "ClusterNotFoundException")) throw clusterNotFound(cluster, error);
    throw awsFailure("ecs:DescribeServices", error);
  }
  throw new ToolkitError(
    "ECS_SERVICE_NOT_FOUND",
    `cluster ${cluster} has no service ${service}`,
    `Create service ${service} in cluster ${cluster}, or correct service and cluster.`,
  );
}

/** @throws {ToolkitError} ECS_SERVICE_INACTIVE where the service is being deleted or is deleted */
export function requireActive(service: Service): void {
  if (service.status === undefined || service.status === "ACTIVE") return;
  const name = service.serviceName ?? "";
  throw new ToolkitError(
    "ECS_SERVICE_INACTIVE",
    `service ${name} is ${service.status}: it cannot be deployed to`,
    `Create service ${name} again, or deploy to another one.`,
  );
}

function clusterNotFound(cluster: string, cause: unknown): ToolkitError {
  return new ToolkitError(
    "ECS_CLUSTER_NOT_FOUND",
    `there is no cluster ${cluster} in this account and region`,
    `Create cluster ${cluster}, or correct cluster, account and region.`,
    { cause },
  );
}
