/** What becomes of every service when nothing goes wrong any more. */
import {
  ceilingOf,
  deploymentsOf,
  floorOf,
  isHealthy,
  primaryOf,
  type ServiceView,
  type Snapshot,
} from "./snapshot.ts";

/** What is not as it should be in the end; `undefined` where everything is. */
export function unsettled(now: Snapshot, eventsOf: (service: ServiceView) => string[]): string | undefined {
  for (const service of now.services) {
    const wrong = service.shape.status === "ACTIVE" ? notSteady(service, now, eventsOf(service)) : notGone(service);
    if (wrong !== undefined) return wrong;
  }
  const draining = now.targets.find(({ state }) => state === "draining");
  if (draining !== undefined) return `target ${draining.address} still drains`;
  const stopping = now.tasks.find(({ lastStatus }) => lastStatus !== "RUNNING");
  return stopping === undefined ? undefined : `task ${stopping.taskArn} is ${stopping.lastStatus}`;
}

function notSteady(service: ServiceView, now: Snapshot, events: readonly string[]): string | undefined {
  const { serviceName, runningCount, desiredCount } = service.shape;
  const primary = primaryOf(service);
  // FAILED without a rollback, or with nothing to go back to: it starts no more tasks.
  if (primary?.rolloutState === "FAILED") return undefined;
  if (isDeadlocked(service))
    return events.some((event) => event.includes("was unable to stop or start tasks during a deployment"))
      ? undefined
      : `${serviceName} can neither start nor stop a task, and does not say so`;
  if (deploymentsOf(service).length !== 1 || primary?.rolloutState !== "COMPLETED")
    return `the deployment of ${serviceName} is ${primary?.rolloutState}, ${deploymentsOf(service).length} are listed`;
  if (runningCount !== desiredCount) return `${serviceName} runs ${runningCount} of ${desiredCount} tasks`;
  const ill = service.tasks.find((task) => !isHealthy(task, service, now));
  return ill === undefined ? undefined : `task ${ill.taskArn} of ${serviceName} is not healthy`;
}

/** What runs may not become less and must not become more: no task of the new deployment can start. */
function isDeadlocked(service: ServiceView): boolean {
  const { desiredCount = 0, runningCount, pendingCount } = service.shape;
  const full = runningCount === ceilingOf(service) && pendingCount === 0;
  return (
    desiredCount > 0 &&
    floorOf(service) >= ceilingOf(service) &&
    full &&
    (primaryOf(service)?.runningCount ?? 0) < desiredCount
  );
}

function notGone({ shape, tasks }: ServiceView): string | undefined {
  if (shape.status !== "INACTIVE") return `${shape.serviceName} is still ${shape.status}`;
  const [left] = tasks;
  return left === undefined
    ? undefined
    : `${shape.serviceName} is gone, and its task ${left.taskArn} is ${left.lastStatus}`;
}
