/**
 * The order in which a task's containers start, from `dependsOn`.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 */
import type { ContainerCondition, ContainerDefinition } from "@aws-sdk/client-ecs";
import { StartFailure } from "./start-failure.ts";

/** What the containers of one task have reached, for those that wait for it. */
export class Milestones {
  readonly #reached = new Map<string, Map<ContainerCondition, PromiseWithResolvers<void>>>();

  reach(container: string, condition: ContainerCondition): void {
    this.#milestone(container, condition).resolve();
  }

  /** The container can no longer reach the condition: whoever waits for it fails. */
  miss(container: string, condition: ContainerCondition, why: string): void {
    this.#milestone(container, condition).reject(new StartFailure(why, container));
  }

  /** Resolves when everything that `container` depends on is as it must be. */
  async ready(container: ContainerDefinition): Promise<void> {
    const waits = (container.dependsOn ?? []).map(
      ({ containerName = "", condition = "START" }) => this.#milestone(containerName, condition).promise,
    );
    await Promise.all(waits);
  }

  #milestone(container: string, condition: ContainerCondition): PromiseWithResolvers<void> {
    const conditions = this.#reached.get(container) ?? new Map<ContainerCondition, PromiseWithResolvers<void>>();
    this.#reached.set(container, conditions);
    const existing = conditions.get(condition);
    if (existing !== undefined) return existing;
    const milestone = Promise.withResolvers<void>();
    // Nobody may be waiting for it; that is no unhandled failure.
    milestone.promise.catch(() => {});
    conditions.set(condition, milestone);
    return milestone;
  }
}
