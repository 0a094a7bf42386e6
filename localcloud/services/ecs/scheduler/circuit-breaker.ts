/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
import type { ServiceSettings } from "../state.ts";
import type { DeploymentFailure } from "./deployment-failure.ts";

/** Half of the desired count, at least 3, at most 200. */
export function breakerThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount * 0.5)));
}

export function isBreakerEnabled({ deploymentConfiguration }: ServiceSettings): boolean {
  return deploymentConfiguration.deploymentCircuitBreaker?.enable === true;
}

export function breakerFailure({ deploymentConfiguration }: ServiceSettings): DeploymentFailure {
  const rollsBack = deploymentConfiguration.deploymentCircuitBreaker?.rollback === true;
  const reason = "ECS deployment circuit breaker: tasks failed to start.";
  return {
    event: "tasks failed to start.",
    reason,
    statusReason: rollsBack
      ? "Service deployment rolled back because the circuit breaker threshold was exceeded."
      : reason,
    detector: "ECS deployment circuit breaker",
    rollsBack,
  };
}

const LONGEST_BACK_OFF_MS = 15 * 60_000;

/**
 * How long to wait before the next start after so many failures in a row. AWS documents that the wait grows to 15
 * minutes, not how; doubling from one second keeps a rehearsal short.
 */
export function backOffMs(failures: number): number {
  return Math.min(LONGEST_BACK_OFF_MS, 1000 * 2 ** (failures - 1));
}
