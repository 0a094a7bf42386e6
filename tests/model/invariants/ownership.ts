/** Tasks, their deployments and their targets belong together. */
import { addressesOf, deploymentsOf, type Snapshot, type TargetView } from "../snapshot.ts";
import { first, type Invariant } from "./invariant.ts";

/** Every task of a service that is not STOPPED belongs to a deployment of it; a service that is gone has none. */
export const owner: Invariant = {
  name: "task without owner",
  start: () => (now) =>
    first(now.services, (service) => {
      const ids = deploymentsOf(service).map(({ id }) => id);
      const orphan = service.tasks.find(({ startedBy }) => !ids.includes(startedBy));
      if (orphan === undefined) return undefined;
      return `task ${orphan.taskArn} is ${orphan.lastStatus}, and ${orphan.startedBy} is no deployment of ${service.shape.serviceName} (${service.shape.status})`;
    }),
};

/** A target that takes requests is a task that runs; it is taken out before the task stops. */
export const targetOfTask: Invariant = {
  name: "target without task",
  start: () => (now) => {
    const serving = addresses(now, ["ACTIVATING", "RUNNING"]);
    const stray = now.targets.find((target) => target.state !== "draining" && !serving.has(keyOf(target)));
    return stray === undefined ? undefined : `target ${keyOf(stray)} is ${stray.state}, and no task is there`;
  },
};

/** A RUNNING task of a service with load balancers is registered in each of its target groups, and does not drain. */
export const taskWithTarget: Invariant = {
  name: "task without target",
  start: () => (now) => {
    const registered = new Set(now.targets.filter(({ state }) => state !== "draining").map(keyOf));
    const missing = [...addresses(now, ["RUNNING"])].find((address) => !registered.has(address));
    return missing === undefined ? undefined : `the RUNNING task at ${missing} is no target there`;
  },
};

/** A task goes on to STOPPING only when its targets have drained, unless its containers have ended by themselves. */
export const drained: Invariant = {
  name: "stopped before it drained",
  start: () => (now) => {
    const draining = new Set(now.targets.filter(({ state }) => state === "draining").map(keyOf));
    return first(now.services, (service) =>
      first(service.tasks, (task) => {
        const serves = task.containers?.some(({ lastStatus }) => lastStatus === "RUNNING");
        if (task.lastStatus !== "STOPPING" || !serves || task.stopCode !== "ServiceSchedulerInitiated")
          return undefined;
        const early = addressesOf(task, service)
          .map(keyOf)
          .find((address) => draining.has(address));
        return early === undefined
          ? undefined
          : `task ${task.taskArn} is STOPPING, and its target ${early} still drains`;
      }),
    );
  },
};

function addresses({ services }: Snapshot, statuses: readonly string[]): Set<string> {
  return new Set(
    services.flatMap((service) =>
      service.tasks
        .filter(({ lastStatus = "" }) => statuses.includes(lastStatus))
        .flatMap((task) => addressesOf(task, service).map(keyOf)),
    ),
  );
}

function keyOf({ targetGroupArn, address }: Omit<TargetView, "state">): string {
  return `${address} of ${targetGroupArn}`;
}
