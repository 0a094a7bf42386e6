import type { Service } from "@aws-sdk/client-ecs";
import type { Plan } from "./plan.ts";
import { primaryOf } from "./primary.ts";

/** The service has the revision and all settings already, and nothing is forced. */
export function nothingToDo({ revision, service, settings, force }: Plan): boolean {
  return revision !== undefined && revision === service.taskDefinition && settings.changes.length === 0 && !force;
}

/** The newest deployment is complete: there is none in flight to join, nor, where waiting was asked for, a missing task. */
export function isSteady(service: Service, waiting: boolean): boolean {
  const complete = primaryOf(service)?.rolloutState === "COMPLETED";
  return complete && (!waiting || service.runningCount === service.desiredCount);
}

/** What becomes of the deployment that is joined, for a sentence. */
export function joined(service: Service): string {
  if (hasFailed(service)) return "has failed already; force-new-deployment tries it again";
  if (!isSteady(service, false)) return "is under way";
  return `is complete, but ${service.runningCount} of ${service.desiredCount} tasks run`;
}

export function hasFailed(service: Service): boolean {
  return primaryOf(service)?.rolloutState === "FAILED";
}
