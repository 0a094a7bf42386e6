/**
 * What minimumHealthyPercent and maximumPercent promise.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
import {
  ceilingOf,
  floorOf,
  isHealthy,
  primaryOf,
  type ServiceView,
  type Snapshot,
  sameService,
  wasScaledIn,
} from "../snapshot.ts";
import { first, type Invariant } from "./invariant.ts";

/**
 * The scheduler stops no healthy task where fewer healthy ones than ceil(desired × minimumHealthyPercent) would be
 * left. It is the scheduler's own stops that are bound: a task that somebody stops, that exits or that turns unhealthy
 * takes the service below its floor, and so does a higher count or percentage, until the scheduler has made up for it.
 */
export const floor: Invariant = {
  name: "floor",
  start: () => (now, before) => first(now.services, (service) => belowFloor(service, now, before)),
};

function belowFloor(service: ServiceView, now: Snapshot, before: Snapshot): string | undefined {
  const earlier = sameService(before, service);
  if (earlier === undefined || service.shape.status !== "ACTIVE") return undefined;
  const after = new Map([...service.tasks, ...service.ended].map((task) => [task.taskArn, task]));
  const left = earlier.tasks
    .filter((task) => isHealthy(task, earlier, before))
    .flatMap((task) => after.get(task.taskArn) ?? [])
    .filter((task) => !isHealthy(task, service, now));
  const scaledIn = left.filter(wasScaledIn);
  if (scaledIn.length === 0) return undefined;
  const healthy = service.tasks.filter((task) => isHealthy(task, service, now)).length;
  // Who left by themselves at the same moment may have left after the scheduler had counted them.
  const counted = healthy + left.length - scaledIn.length;
  if (counted >= floorOf(service)) return undefined;
  return `${scaledIn.length} healthy tasks of ${service.shape.serviceName} were stopped, ${healthy} are left of at least ${floorOf(service)}`;
}

/** A task is started only where no more than floor(desired × maximumPercent) are RUNNING or PENDING then. */
export const ceiling: Invariant = {
  name: "ceiling",
  start: () => (now, before) =>
    first(now.services, (service) => {
      const { serviceName, runningCount = 0, pendingCount = 0 } = service.shape;
      const known = new Set(sameService(before, service)?.tasks.map(({ taskArn }) => taskArn));
      const started = service.tasks.some(({ taskArn }) => !known.has(taskArn));
      if (!started || runningCount + pendingCount <= ceilingOf(service)) return undefined;
      return `${serviceName} has ${runningCount + pendingCount} RUNNING and PENDING tasks of at most ${ceilingOf(service)}`;
    }),
};

/** Tasks are started of the PRIMARY deployment only, and not once it has FAILED or the service is being deleted. */
export const starts: Invariant = {
  name: "starts",
  start: () => {
    const known = new Set<string | undefined>();
    return (now, before) =>
      first(now.services, (service) => {
        const started = [...service.tasks, ...service.ended].filter(({ taskArn }) => !known.has(taskArn));
        for (const { taskArn } of started) known.add(taskArn);
        const mayStart = [sameService(before, service), service].flatMap(startingDeployment);
        const stray = started.find(({ startedBy }) => !mayStart.includes(startedBy));
        if (stray === undefined) return undefined;
        return `task ${stray.taskArn} was started by ${stray.startedBy}, which may not start tasks`;
      });
  },
};

function startingDeployment(service: ServiceView | undefined): (string | undefined)[] {
  if (service?.shape.status !== "ACTIVE") return [];
  const primary = primaryOf(service);
  return primary === undefined || primary.rolloutState === "FAILED" ? [] : [primary.id];
}
