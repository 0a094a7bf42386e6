import type { Deployment } from "@aws-sdk/client-ecs";
import type { Clients } from "../platform/aws/clients.ts";
import type { Run } from "../platform/run.ts";
import type { ServiceName } from "../preflight/describe-service.ts";
import type { WatchEvent } from "./events.ts";
import type { ServiceReadings } from "./service-readings.ts";
import type { Verdict } from "./verdict.ts";

/** One way in which Amazon ECS replaces a service's tasks: how such a deployment is followed to its end. */
export interface Strategy {
  /** As people say it: `rolling`. */
  readonly name: string;
  /** Follows a deployment until it has a verdict, the deadline passes or the run's signal aborts. */
  watch(clients: Clients, pinned: PinnedDeployment, run: WatchRun): AsyncGenerator<WatchEvent, Verdict>;
}

/** What a watch is given: all watches of a run share its readings. */
export interface WatchRun extends Run {
  readonly readings: ServiceReadings;
}

/** The deployment that a run follows: this one and no other, whatever becomes of the service meanwhile. */
export interface PinnedDeployment {
  readonly name: ServiceName;
  readonly id: string;
  readonly taskDefinitionArn: string;
  /** AWS's clock. */
  readonly createdAt: Date;
  /** Ids of service events that were there before the change: not this deployment's. */
  readonly earlierEvents: ReadonlySet<string>;
  /** What was PRIMARY before. */
  readonly previous: Deployment | undefined;
  /** Whether a breaker or an alarm rolls the service back when the deployment fails. */
  readonly rollbackEnabled: boolean;
  /** The number of tasks that this run asked for; `undefined` where it asked for none. */
  readonly desiredCount: number | undefined;
  /** False where an update changed the number of tasks only, which makes no deployment. */
  readonly replacesTasks: boolean;
  readonly waitUntil: "deployed" | "stable";
  readonly onFailure: "as-service" | "rollback" | "leave";
  readonly onCancel: "leave" | "rollback";
  /** Milliseconds since the epoch, the run's clock. */
  readonly deadline: number;
}
