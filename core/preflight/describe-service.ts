import type { Service } from "@aws-sdk/client-ecs";
import { lastOfArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { awsFailure, isAwsCode } from "../platform/aws/failures.ts";
import { ToolkitError } from "../platform/errors.ts";

/** A service, as users name it: both may be ARNs too. */
export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

/** What one DescribeServices takes. */
const servicesPerCall = 10;

/**
 * One DescribeServices, answered with the service.
 * @throws {ToolkitError} ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_NOT_FOUND, or what the call itself failed with
 */
export async function describeService(
  ecs: Pick<EcsApi, "describeServices">,
  name: ServiceName,
  signal: AbortSignal,
): Promise<Service> {
  const [found] = await describeServices(ecs, [name], signal);
  if (found === undefined) throw serviceNotFound(name);
  return found;
}

/**
 * One DescribeServices for up to ten services of one cluster, answered in the order of the names; `undefined` for one
 * that there is not.
 * @throws {ToolkitError} ECS_CLUSTER_NOT_FOUND, or what the call itself failed with
 */
export async function describeServices(
  ecs: Pick<EcsApi, "describeServices">,
  names: readonly ServiceName[],
  signal: AbortSignal,
): Promise<readonly (Service | undefined)[]> {
  const cluster = names[0]?.cluster ?? "";
  try {
    const { services = [] } = await ecs.describeServices(
      { cluster, services: names.map(({ service }) => service) },
      { signal },
    );
    if (names.length === 1) return [services[0]];
    const found = new Map(services.map((service) => [service.serviceName, service]));
    return names.map(({ service }) => found.get(lastOfArn(service)));
  } catch (error) {
    if (isAwsCode(error, "ClusterNotFoundException")) throw clusterNotFound(cluster, error);
    throw awsFailure("ecs:DescribeServices", error);
  }
}

/** Names as one call after the other takes them. */
export function inCalls<Name>(names: readonly Name[]): readonly (readonly Name[])[] {
  const calls = Math.ceil(names.length / servicesPerCall);
  return Array.from({ length: calls }, (_, call) => names.slice(call * servicesPerCall, (call + 1) * servicesPerCall));
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

export function serviceNotFound({ cluster, service }: ServiceName): ToolkitError {
  return new ToolkitError(
    "ECS_SERVICE_NOT_FOUND",
    `cluster ${cluster} has no service ${service}`,
    `Create service ${service} in cluster ${cluster}, or correct service and cluster.`,
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
