import type { Service } from "@aws-sdk/client-ecs";
import type { TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import { lastOfArn } from "../platform/arn.ts";
import type { JsonObject } from "../platform/json.ts";
import { containersOf } from "../task-definition/render.ts";
import type { TriggeredAlarm } from "./alarms.ts";
import type { TargetProblem } from "./diagnosis.ts";
import type { StoppedTask } from "./stopped-tasks.ts";

/** What is known of a deployment that did not succeed, gathered before it is explained. */
export interface Evidence {
  readonly service: Service;
  /** The task definition that was deployed, as RegisterTaskDefinition takes it. */
  readonly taskDefinition: JsonObject;
  /** Those that stopped for a cause, oldest first. */
  readonly tasks: readonly StoppedTask[];
  /** Why the tasks could not be read: `ecs:ListTasks is not allowed`. */
  readonly tasksHidden: string | undefined;
  readonly events: readonly { readonly at: Date; readonly message: string }[];
  readonly targets: readonly TargetProblem[];
  readonly targetGroups: readonly TargetGroup[];
  /** Alarms that Amazon ECS failed the deployment by. */
  readonly alarms: readonly TriggeredAlarm[];
}

export function containerDefinition({ taskDefinition }: Evidence, name: string): JsonObject | undefined {
  return containersOf(taskDefinition).find((container) => container.name === name);
}

/** The role, for a sentence. */
export function executionRole({ taskDefinition }: Evidence): string {
  const { executionRoleArn } = taskDefinition;
  return typeof executionRoleArn === "string" ? `execution role ${executionRoleArn}` : "the task execution role";
}

/** As the service names it. */
export function clusterName({ service }: Evidence): string {
  return lastOfArn(service.clusterArn ?? "");
}

export function serviceName({ service }: Evidence): string {
  return service.serviceName ?? "";
}
