/** Failed tasks, counted for the circuit breaker and for the wait before the next start. */
import type { Clock } from "../../../clock.ts";
import type { Deployment, Task } from "../state.ts";
import { backOffMs, breakerThreshold, isBreakerEnabled } from "./circuit-breaker.ts";
import type { ServiceEvents } from "./events.ts";
import { isUnderWay } from "./rollout.ts";

export class Failures {
  readonly #clock: Clock;
  readonly #events: ServiceEvents;
  readonly #counted = new WeakSet<Task>();

  constructor(clock: Clock, events: ServiceEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /**
   * Counts a task that ends, once: it failed when it never started, ended before it was ever healthy, or was found
   * unhealthy. It is counted before its replacement could be started.
   */
  taskEnds(task: Task): void {
    const { stopCode, wasHealthy, unhealthyReason, owner } = task;
    if (owner === undefined || this.#counted.has(task)) return;
    this.#counted.add(task);
    const failedEarly = !wasHealthy && (stopCode === "TaskFailedToStart" || stopCode === "EssentialContainerExited");
    if (!failedEarly && unhealthyReason === undefined) return;
    const { deployment, service } = owner;
    setFailures(deployment, deployment.failedTasks + 1);
    if (failedEarly) this.#backOff(deployment);
    const atThreshold = deployment.failedTasks === breakerThreshold(service.settings.desiredCount);
    if (atThreshold && !isBreakerEnabled(service.settings)) this.#events.inconsistent(service);
  }

  /** A task could not even be placed. */
  notPlaced(deployment: Deployment): void {
    setFailures(deployment, deployment.failedTasks + 1);
    this.#backOff(deployment);
  }

  taskIsHealthy(task: Task): void {
    if (task.wasHealthy) return;
    task.wasHealthy = true;
    if (task.owner !== undefined) setFailures(task.owner.deployment, 0);
  }

  #backOff(deployment: Deployment): void {
    deployment.retryAt = this.#clock.now() + backOffMs(deployment.failedTasks);
  }
}

function setFailures(deployment: Deployment, failures: number): void {
  deployment.failedTasks = failures;
  if (isUnderWay(deployment.record)) deployment.record.breaker.failureCount = failures;
}
