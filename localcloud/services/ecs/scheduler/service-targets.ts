/** A service's tasks as targets of its load balancers: in when they run, drained before they stop. */
import type { Target, TargetRegistry } from "../../../loadbalancer/targets.ts";
import { StartFailure } from "../agent/start-failure.ts";
import type { Task } from "../state.ts";
import type { ServiceEvents } from "./events.ts";

export class ServiceTargets {
  readonly registry: TargetRegistry;
  readonly #events: ServiceEvents;
  readonly #tasks = new Map<string, Task>();

  constructor(registry: TargetRegistry, events: ServiceEvents) {
    this.registry = registry;
    this.#events = events;
  }

  /** Calls back with the task whose health, as its load balancer sees it, has changed. */
  onHealthChange(listener: (task: Task) => void): void {
    this.registry.onChange((targetGroupArn, target) => {
      const task = this.#tasks.get(key(targetGroupArn, target));
      if (task !== undefined) listener(task);
    });
  }

  /** @throws {StartFailure} where a target group is gone; the sentence is assumed. */
  register(task: Task): void {
    const { owner } = task;
    const loadBalancers = owner?.deployment.revision.settings.loadBalancers ?? [];
    for (const { targetGroupArn } of loadBalancers) this.#refuseMissing(targetGroupArn);
    for (const { targetGroupArn = "", containerName, containerPort } of loadBalancers) {
      const container = task.containers.find(({ name }) => name === containerName);
      const binding = container?.bindings.find((candidate) => candidate.containerPort === containerPort);
      if (owner === undefined || binding === undefined) continue;
      const target = { id: binding.host, port: binding.hostPort };
      this.registry.register(targetGroupArn, target);
      task.targets.push({ targetGroupArn, target });
      this.#tasks.set(key(targetGroupArn, target), task);
      this.#events.registered(owner.service, targetGroupArn);
    }
  }

  #refuseMissing(targetGroupArn = ""): void {
    if (this.registry.find(targetGroupArn) === undefined)
      throw new StartFailure(
        `ResourceInitializationError: failed to register targets in (target-group ${targetGroupArn}): One or more target groups not found`,
      );
  }

  /** Takes the task out of its target groups. Resolves when it has drained, or at once where nothing of it runs any more. */
  async deregister(task: Task): Promise<void> {
    const { owner, targets } = task;
    if (owner === undefined || targets.length === 0) return;
    const drained = targets.map(({ targetGroupArn, target }) => this.#drained(targetGroupArn, target));
    for (const { targetGroupArn, target } of targets) {
      this.#tasks.delete(key(targetGroupArn, target));
      if (this.registry.find(targetGroupArn) === undefined) continue;
      this.registry.deregister(targetGroupArn, target);
      this.#events.deregistered(owner.service, targetGroupArn);
    }
    this.#events.draining(owner.service, owner.deployment);
    const serves = task.containers.some(({ lastStatus }) => lastStatus === "RUNNING");
    if (serves) await Promise.all(drained);
    task.targets = [];
  }

  #drained(targetGroupArn: string, target: Target): Promise<void> {
    const isGone = () => this.registry.health(targetGroupArn, target) === undefined;
    return new Promise((resolve) => {
      // Somebody may have deregistered it before, or deleted the target group: then nothing will change any more.
      if (isGone()) return resolve();
      const end = this.registry.onChange(() => {
        if (!isGone()) return;
        end();
        resolve();
      });
    });
  }
}

function key(targetGroupArn: string, { id, port }: Target): string {
  return `${targetGroupArn} ${id}:${port}`;
}
