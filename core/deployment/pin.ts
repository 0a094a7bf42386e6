import type { Deployment, Service } from "@aws-sdk/client-ecs";
import { ToolkitError } from "../platform/errors.ts";
import type { ServiceName } from "../preflight/describe-service.ts";
import { primaryOf } from "./primary.ts";
import type { PinnedDeployment } from "./strategy.ts";

interface Pinning {
  readonly name: ServiceName;
  /** The service as UpdateService answered it, or as it was read where a deployment in flight is joined. */
  readonly service: Service;
  /** The service before. */
  readonly before: Service;
  readonly taskDefinitionArn: string;
  readonly desiredCount: number | undefined;
  readonly waitUntil: "deployed" | "stable";
  readonly onFailure: PinnedDeployment["onFailure"];
  readonly onCancel: PinnedDeployment["onCancel"];
  readonly deadline: number;
}

/**
 * Pins the deployment to follow: the PRIMARY one of the answer to our own call.
 * @throws {ToolkitError} AWS_CALL_FAILED where the answer has none
 */
export function pinDeployment(pinning: Pinning): PinnedDeployment {
  const { name, service, before, taskDefinitionArn, desiredCount, waitUntil, onFailure, onCancel, deadline } = pinning;
  const primary = primaryOf(service);
  if (primary?.id === undefined) {
    throw new ToolkitError(
      "AWS_CALL_FAILED",
      `service ${name.service} shows no PRIMARY deployment: it cannot be followed`,
      `Look at the deployments of service ${name.service}.`,
    );
  }
  const previous = previousOf(before, primary.id);
  return {
    name,
    id: primary.id,
    taskDefinitionArn,
    createdAt: primary.createdAt ?? new Date(0),
    earlierEvents: new Set(service === before ? [] : eventIds(before)),
    previous,
    desiredCount,
    rollbackEnabled: previous !== undefined && rollsBack(service),
    replacesTasks: primaryOf(before)?.id !== primary.id || primary.rolloutState !== "COMPLETED",
    waitUntil,
    onFailure,
    onCancel,
    deadline,
  };
}

function eventIds({ events }: Service): readonly string[] {
  return (events ?? []).flatMap(({ id }) => id ?? []);
}

/** What was PRIMARY before; for a deployment that was joined in flight, the newest of the others. */
function previousOf(before: Service, id: string): Deployment | undefined {
  const primary = primaryOf(before);
  if (primary !== undefined && primary.id !== id) return primary;
  const others = (before.deployments ?? []).filter((deployment) => deployment.id !== id);
  return others.sort((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0))[0];
}

function rollsBack({ deploymentConfiguration }: Service): boolean {
  const { deploymentCircuitBreaker: breaker, alarms } = deploymentConfiguration ?? {};
  return (
    (breaker?.enable === true && breaker.rollback === true) || (alarms?.enable === true && alarms.rollback === true)
  );
}
