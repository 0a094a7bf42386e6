/**
 * The circuit breaker counts the tasks that failed since one was healthy, and acts at half of the desired count, at
 * least 3, at most 200. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
import type { Deployment, Task } from "@aws-sdk/client-ecs";
import {
  deploymentsOf,
  isAboutToBeHealthy,
  isHealthy,
  newEvents,
  primaryOf,
  type ServiceView,
  sameService,
} from "../snapshot.ts";
import { first, type Invariant } from "./invariant.ts";

const FAILURES: readonly (string | undefined)[] = ["TaskFailedToStart", "EssentialContainerExited"];

const FOUND_UNHEALTHY = /\(task ([0-9a-f]{32})\) (?:\(port \d+\) is unhealthy in|failed container health checks)/;

/** What has happened to each task until now. */
interface Past {
  readonly healthy: Set<string>;
  /** By the id in its ARN: the service's events have said so. */
  readonly unhealthy: Set<string>;
  readonly counted: Set<string>;
}

/** `failedTasks` grows by the tasks that failed, and is nothing but those of this moment once a task became healthy. */
export const failedTasks: Invariant = {
  name: "failed tasks",
  start: () => {
    const past: Past = { healthy: new Set(), unhealthy: new Set(), counted: new Set() };
    return (now, before) =>
      first(now.services, (service) => {
        const earlier = sameService(before, service);
        for (const { message = "" } of newEvents(service, earlier)) {
          const found = FOUND_UNHEALTHY.exec(message)?.[1];
          if (found !== undefined) past.unhealthy.add(found);
        }
        const proven = service.tasks.filter(
          (task) => isHealthy(task, service, now) && !past.healthy.has(task.taskArn ?? ""),
        );
        const failed = [...service.tasks, ...service.ended].filter((task) => isFailure(task, past));
        for (const { taskArn = "" } of proven) past.healthy.add(taskArn);
        for (const { taskArn = "" } of failed) past.counted.add(taskArn);
        return first(deploymentsOf(service), (deployment) => {
          const was = earlier && deploymentsOf(earlier).find(({ id }) => id === deployment.id);
          const own = ({ startedBy }: Task) => startedBy === deployment.id;
          const healthy = proven.filter(own);
          const unsure = healthy.length > 0 && healthy.every((task) => isAboutToBeHealthy(task, now));
          const failures = failed.filter(own).length;
          if (unsure && deployment.failedTasks === failures + (was?.failedTasks ?? 0)) return undefined;
          return counted(deployment, was, failures, healthy.length > 0);
        });
      });
  },
};

/** It never started, ended before it was ever healthy, or ends after it was found unhealthy. */
function isFailure({ taskArn = "", desiredStatus, stopCode }: Task, past: Past): boolean {
  if (desiredStatus !== "STOPPED" || past.counted.has(taskArn)) return false;
  if (past.unhealthy.has(taskArn.slice(taskArn.lastIndexOf("/") + 1))) return true;
  return FAILURES.includes(stopCode) && !past.healthy.has(taskArn);
}

function counted(now: Deployment, was: Deployment | undefined, failed: number, proven: boolean): string | undefined {
  const [count = 0, before = 0] = [now.failedTasks, was?.failedTasks];
  const rolledBackTo = now.status === "PRIMARY" && was?.status === "ACTIVE";
  const reset = proven || rolledBackTo;
  if (reset ? count <= failed : count === before + failed) return undefined;
  return `${now.id} counts ${count} failed tasks after ${before}; ${failed} failed${reset ? ", one is healthy" : ""}`;
}

/** Where it is on, a deployment goes on only below the threshold; what it fails has reached it. */
export const breaker: Invariant = {
  name: "circuit breaker",
  start: () => (now, before) =>
    first(now.services, (service) => {
      const primary = primaryOf(service);
      const { desiredCount = 0, deploymentConfiguration, status } = service.shape;
      if (status !== "ACTIVE" || primary === undefined) return undefined;
      const threshold = Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
      const failures = primary.failedTasks ?? 0;
      if (primary.rolloutState === "IN_PROGRESS" && deploymentConfiguration?.deploymentCircuitBreaker?.enable === true)
        if (failures >= threshold)
          return `${primary.id} goes on after ${failures} failed tasks of at most ${threshold}`;
      return shown(service, threshold) ?? tripped(service, sameService(before, service), threshold);
    }),
};

function shown({ records: [newest] }: ServiceView, threshold: number): string | undefined {
  const { threshold: given } = newest?.deploymentCircuitBreaker ?? {};
  if (newest?.status !== "IN_PROGRESS" || given === threshold) return undefined;
  return `${newest.serviceDeploymentArn} shows the threshold ${given} instead of ${threshold}`;
}

function tripped(service: ServiceView, earlier: ServiceView | undefined, threshold: number): string | undefined {
  const failed = deploymentsOf(service).find(
    ({ id, rolloutStateReason }) =>
      rolloutStateReason === "ECS deployment circuit breaker: tasks failed to start." &&
      earlier !== undefined &&
      deploymentsOf(earlier).some((was) => was.id === id && was.rolloutState === "IN_PROGRESS"),
  );
  if (failed === undefined || (failed.failedTasks ?? 0) >= threshold) return undefined;
  return `the circuit breaker failed ${failed.id} after ${failed.failedTasks} failed tasks; the threshold is ${threshold}`;
}
