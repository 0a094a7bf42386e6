import * as v from "valibot";
import { boolean, choice, text, wholeNumber } from "../platform/input-fields.ts";

/** Settings of the service that a deployment can change with the revision; one that is not given stays as it is. */
export const settingsEntries = {
  "desired-count": v.optional(wholeNumber("The number of tasks to keep running.", { min: 0, max: 10_000 })),
  "health-check-grace-period-seconds": v.optional(
    wholeNumber("How long unhealthy checks of a task that has just started are ignored, in seconds.", {
      min: 0,
      max: 2_147_483_647,
    }),
  ),
  "propagate-tags": v.optional(
    choice(["SERVICE", "TASK_DEFINITION", "NONE"], "What the service's tasks get their tags from."),
  ),
  "enable-ecs-managed-tags": v.optional(
    boolean("Whether Amazon ECS tags the service's tasks with the names of cluster and service."),
  ),
  "capacity-provider-strategy": v.optional(
    text(
      'The capacity providers of the service, as a JSON list: [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]; a change makes a new deployment.',
    ),
  ),
  "service-managed-ebs-volume": v.optional(
    text('The Amazon EBS volume that Amazon ECS makes for each task, as JSON: {"roleArn": "arn:…", "sizeInGiB": 10}.'),
  ),
  "service-managed-ebs-volume-name": v.optional(
    text("The name that the task definition gives the volume of service-managed-ebs-volume."),
  ),
};
