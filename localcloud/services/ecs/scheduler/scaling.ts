/** A service's tasks, started and stopped as the scheduler's plan says, with the events that tell of it. */
import type { TaskHooks } from "../agent/agent.ts";
import type { Capacity } from "../capacity.ts";
import type { TaskRoleCheck } from "../roles.ts";
import type { Deployment, EcsService, Task } from "../state.ts";
import type { Tasks } from "../tasks/tasks.ts";
import type { ServiceEvents } from "./events.ts";
import type { Failures } from "./failures.ts";
import { taskOrder } from "./task-order.ts";

export interface ScalingDependencies {
  readonly tasks: Tasks;
  readonly events: ServiceEvents;
  readonly failures: Failures;
  readonly roles: TaskRoleCheck;
  readonly capacity: Capacity;
  readonly zoneOf: (subnetId: string | undefined) => string;
}

export class Scaling {
  readonly #deps: ScalingDependencies;

  constructor(deps: ScalingDependencies) {
    this.#deps = deps;
  }

  /** Each is stopped for being unhealthy, where it is, else because there are too many. */
  stop(service: EcsService, stop: readonly Task[]): void {
    const { tasks, events } = this.#deps;
    const running = stop.filter(({ lastStatus }) => lastStatus === "RUNNING");
    for (const task of stop) {
      const scaling = `Scaling activity initiated by (deployment ${service.deployments[0]?.id})`;
      tasks.stop(task, "ServiceSchedulerInitiated", task.unhealthyReason ?? scaling);
    }
    const replaced = stop.filter(({ unhealthyReason }) => unhealthyReason !== undefined).length;
    if (replaced > 0) events.replaced(service, replaced);
    if (running.length > 0) events.stoppedRunning(service, running);
    if (stop.length > running.length) events.stoppedPending(service, stop.length - running.length);
  }

  /** None is started where nothing could be placed or launched: the event says why, and it counts as a failure. */
  start(service: EcsService, deployment: Deployment, count: number, hooks: TaskHooks): void {
    const { tasks, events, failures, roles, capacity, zoneOf } = this.#deps;
    const lack = capacity.lack(deployment.revision.settings.launchType);
    if (lack !== undefined) {
      failures.notPlaced(deployment);
      events.unplaceable(service, lack);
      return;
    }
    const refusal = roles.refusal(taskOrder(service, deployment, zoneOf));
    if (refusal !== undefined) {
      failures.notPlaced(deployment);
      events.notLaunched(service, refusal);
      return;
    }
    const started = Array.from({ length: count }, () => tasks.launch(taskOrder(service, deployment, zoneOf), hooks));
    events.started(service, started);
  }
}
