import type { StoppedTask } from "./stopped-tasks.ts";

/** Why a deployment did not succeed. */
export interface Diagnosis {
  readonly cause: Cause;
  /** One sentence. */
  readonly why: string;
  /** One imperative sentence that names the resource. */
  readonly fix: string;
  /** When the deployment was made. */
  readonly since: Date;
  /** The deployment's tasks that stopped for a cause, oldest first. */
  readonly tasks: readonly StoppedTask[];
  /** Targets that are not healthy now. */
  readonly targets: readonly TargetProblem[];
  /** ECS's words since the deployment began, oldest first. */
  readonly events: readonly { readonly at: Date; readonly message: string }[];
  /** The last lines of the container that failed. */
  readonly logs: LogTail | undefined;
  /** What is missing above, and which action is not allowed. */
  readonly notes: readonly string[];
}

export type Cause =
  | "image-unavailable"
  | "container-cannot-start"
  | "container-exited"
  | "out-of-memory"
  | "container-health-check"
  | "load-balancer-health-check"
  | "initialization"
  | "role"
  | "alarm"
  | "unplaceable"
  | "deployment-configuration"
  | "stopped"
  | "unknown";

export interface TargetProblem {
  readonly targetGroup: string;
  /** `10.0.1.7:8080` */
  readonly target: string;
  readonly state: string;
  readonly reason: string;
  readonly description: string;
}

export interface LogTail {
  readonly taskId: string;
  readonly container: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly lines: readonly { readonly at: Date; readonly message: string }[];
}
