import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";

/**
 * What Amazon ECS asks of the load balancer: its targets in, their health out.
 * ECS calls it in process, as AWS's own services call each other behind the API.
 */
export interface Target {
  /** IP address (`127.0.0.1` for processes). */
  readonly id: string;
  readonly port: number;
}

export interface FoundTargetGroup {
  readonly targetGroupName: string;
  readonly targetType: string;
  readonly inUse: boolean;
}

export interface TargetRegistry {
  /** Whether the target group exists, and whether a listener or rule forwards to it. */
  find(targetGroupArn: string): FoundTargetGroup | undefined;
  register(targetGroupArn: string, target: Target): void;
  /** Starts draining; the target is `draining` for the group's whole deregistration delay, then gone. */
  deregister(targetGroupArn: string, target: Target): void;
  /** `undefined` once the target is gone. */
  health(targetGroupArn: string, target: Target): TargetHealth | undefined;
  /** Calls back whenever a target's health state changes. The returned function ends it. */
  onChange(listener: (targetGroupArn: string, target: Target) => void): () => void;
}
