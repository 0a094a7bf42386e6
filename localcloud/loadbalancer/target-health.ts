/**
 * From probe results to a target's health, in AWS's states, reasons and descriptions.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-states
 */
import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ProbeResult } from "./probe.ts";

export const registering: TargetHealth = {
  State: "initial",
  Reason: "Elb.RegistrationInProgress",
  Description: "Target registration is in progress",
};

export const initialChecks: TargetHealth = {
  State: "initial",
  Reason: "Elb.InitialHealthChecking",
  Description: "Initial health checks in progress",
};

export const notInUse: TargetHealth = {
  State: "unused",
  Reason: "Target.NotInUse",
  Description: "Target group is not configured to receive traffic from the load balancer",
};

export const notRegistered: TargetHealth = {
  State: "unused",
  Reason: "Target.NotRegistered",
  Description: "Target is not registered to the target group",
};

export const draining: TargetHealth = {
  State: "draining",
  Reason: "Target.DeregistrationInProgress",
  Description: "Target deregistration is in progress",
};

const healthy: TargetHealth = { State: "healthy" };

/** A health and the run of equal results that it has seen last: positive successes, negative failures. */
export interface Judged {
  readonly health: TargetHealth;
  readonly streak: number;
}

export interface Thresholds {
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/**
 * The health after one more result. A new target is healthy after its first success; the healthy threshold is for
 * targets that recover. Every state is left towards unhealthy after `unhealthyThreshold` failures in a row.
 */
export function judge({ health, streak }: Judged, result: ProbeResult, thresholds: Thresholds): Judged {
  if (result.healthy) {
    const successes = Math.max(streak, 0) + 1;
    const needed = health.State === "unhealthy" ? thresholds.healthyThreshold : 1;
    return { health: successes >= needed ? healthy : health, streak: successes };
  }
  const failures = Math.max(-streak, 0) + 1;
  if (failures < thresholds.unhealthyThreshold) return { health, streak: -failures };
  const { reason: Reason, description: Description } = result;
  return { health: { State: "unhealthy", Reason, Description }, streak: -failures };
}
