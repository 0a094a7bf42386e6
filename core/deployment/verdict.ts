import type { Deployment, Service } from "@aws-sdk/client-ecs";
import { shortArn } from "../platform/arn.ts";

/** How a watch ends. */
export interface Verdict {
  readonly outcome: "deployed" | "rolled-back" | "superseded" | "failed" | "timed-out" | "cancelled";
  /** Why, in AWS's words where there are any. */
  readonly reason: string;
  /** The service as it was read last; `undefined` where not one reading succeeded. */
  readonly service: Service | undefined;
  /** The deployment that is PRIMARY now, where it is another one. */
  readonly successor?: Deployment;
  /** What Amazon ECS was to do and did not, as a clause. */
  readonly undone?: string;
  /** A cancelled run has asked Amazon ECS to roll the deployment back. */
  readonly rollbackRequested?: true;
}

/** Somebody else's deployment has taken the followed one's place. */
export function supersededBy(primary: Deployment, service: Service): Verdict {
  const reason = `deployment ${primary.id ?? ""} of ${shortArn(primary.taskDefinition ?? "")} is the service's now`;
  return { outcome: "superseded", reason, service, successor: primary };
}
