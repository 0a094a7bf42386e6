import type { StoppedTask } from "../diagnosis/stopped-tasks.ts";

/** How many tasks a deployment has. */
export interface TaskCounts {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Tasks that failed to start or were replaced as unhealthy, by ECS's count. */
  readonly failed: number;
}

/** What a watch sees. Each but `reading` is a change: nothing is told twice. */
export type WatchEvent =
  /** The service was read; a sign of life that carries nothing. */
  | { readonly type: "reading" }
  | {
      readonly type: "counts";
      /** The deployment that is followed. */
      readonly ours: TaskCounts;
      /** All other deployments of the service together. */
      readonly others: TaskCounts;
    }
  | { readonly type: "rollout-state"; readonly state: string; readonly reason: string }
  | { readonly type: "rolling-back"; readonly taskDefinitionArn: string; readonly reason: string }
  /** Tasks of the followed deployment that stopped for one and the same reason. */
  | { readonly type: "tasks-stopped"; readonly reason: string; readonly tasks: readonly StoppedTask[] }
  /** How many of the service's targets are in which state of the load balancer. */
  | { readonly type: "targets"; readonly counts: ReadonlyMap<string, number> }
  /** The deployment provably cannot start. */
  | { readonly type: "cannot-start"; readonly reason: string }
  /** This run has asked Amazon ECS to roll the deployment back. */
  | { readonly type: "rollback-requested" }
  /** In ECS's own words. */
  | { readonly type: "service-event"; readonly at: Date; readonly message: string }
  /** A reading failed in a way that passes; the watch goes on, slower. */
  | { readonly type: "reading-failed"; readonly reason: string }
  /** Something cannot be told, for want of a permission. */
  | { readonly type: "note"; readonly line: string };
