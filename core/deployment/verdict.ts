import type { Deployment, Service } from "@aws-sdk/client-ecs";

/** How a watch ends. */
export interface Verdict {
  readonly outcome: "deployed" | "rolled-back" | "superseded" | "failed" | "timed-out" | "cancelled";
  /** Why, in AWS's words where there are any. */
  readonly reason: string;
  /** The service as it was read last; `undefined` where not one reading succeeded. */
  readonly service: Service | undefined;
  /** The deployment that is PRIMARY now, where it is another one. */
  readonly successor?: Deployment;
}
