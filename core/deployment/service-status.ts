import * as v from "valibot";
import { lastOfArn, regionOfArn } from "../platform/arn.ts";
import type { Clients } from "../platform/aws/clients.ts";
import { inputSchema } from "../platform/input.ts";
import { text } from "../platform/input-fields.ts";
import { describeService } from "../preflight/describe-service.ts";

/** The input of {@link serviceStatus}. */
export const statusInput = inputSchema({
  service: text("The name of the ECS service."),
  cluster: v.optional(text("The name of the ECS cluster that the service is in."), "default"),
});

export type StatusInput = ReturnType<typeof statusInput.parse>;

export interface ServiceStatus {
  readonly service: string;
  readonly cluster: string;
  readonly region: string;
  /** ACTIVE, DRAINING or INACTIVE. */
  readonly status: string;
  readonly running: number;
  readonly pending: number;
  readonly desired: number;
  /** Newest first, as ECS answers them. */
  readonly deployments: readonly DeploymentStatus[];
  /** Newest first, in ECS's words. */
  readonly events: readonly { readonly at: Date; readonly message: string }[];
}

interface DeploymentStatus {
  readonly id: string;
  /** PRIMARY, ACTIVE or INACTIVE. */
  readonly status: string;
  readonly taskDefinitionArn: string;
  readonly rolloutState: string;
  readonly rolloutStateReason: string;
  readonly running: number;
  readonly pending: number;
  readonly desired: number;
  readonly failed: number;
}

const newestEvents = 10;

/**
 * What the service is doing, by one DescribeServices.
 * @throws {ToolkitError} ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_NOT_FOUND
 */
export async function serviceStatus(
  clients: Pick<Clients, "ecs">,
  input: StatusInput,
  signal: AbortSignal,
): Promise<ServiceStatus> {
  const service = await describeService(clients.ecs, input, signal);
  return {
    service: service.serviceName ?? input.service,
    cluster: lastOfArn(service.clusterArn ?? input.cluster),
    region: regionOfArn(service.serviceArn ?? "") ?? "",
    status: service.status ?? "",
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    desired: service.desiredCount ?? 0,
    deployments: (service.deployments ?? []).map((deployment) => ({
      id: deployment.id ?? "",
      status: deployment.status ?? "",
      taskDefinitionArn: deployment.taskDefinition ?? "",
      rolloutState: deployment.rolloutState ?? "",
      rolloutStateReason: deployment.rolloutStateReason ?? "",
      running: deployment.runningCount ?? 0,
      pending: deployment.pendingCount ?? 0,
      desired: deployment.desiredCount ?? 0,
      failed: deployment.failedTasks ?? 0,
    })),
    events: (service.events ?? [])
      .flatMap(({ createdAt: at, message }) => (at === undefined || message === undefined ? [] : [{ at, message }]))
      .slice(0, newestEvents),
  };
}
