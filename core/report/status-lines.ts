import type { ServiceStatus } from "../deployment/service-status.ts";
import { shortArn } from "../platform/arn.ts";

/** A service's state as people read it. */
export function statusLines(status: ServiceStatus): readonly string[] {
  const { service, cluster, region, deployments, events } = status;
  return [
    `${service} on ${cluster} · ${region} · ${status.status}`,
    `${status.running} of ${status.desired} running, ${status.pending} starting`,
    ...deployments.map(
      (deployment) =>
        `${deployment.status.toLowerCase()}  ${shortArn(deployment.taskDefinitionArn)}  ${deployment.rolloutState}  ` +
        `${deployment.running} of ${deployment.desired} running  ${deployment.rolloutStateReason}`,
    ),
    ...events.map(({ at, message }) => `${at.toISOString()}  ${message}`),
  ];
}
