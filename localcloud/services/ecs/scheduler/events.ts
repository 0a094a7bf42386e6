/** Service events, in ECS's sentences. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../../clock.ts";
import type { Lack } from "../capacity.ts";
import type { Deployment, EcsService, Task } from "../state.ts";
import type { DeploymentFailure } from "./deployment-failure.ts";

const CAPACITY = 100;

export class ServiceEvents {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  started(service: EcsService, tasks: readonly Task[]): void {
    this.#add(service, ` has started ${tasks.length} tasks: ${named(tasks)}.`);
  }

  stoppedRunning(service: EcsService, tasks: readonly Task[]): void {
    this.#add(service, ` has stopped ${tasks.length} running tasks: ${named(tasks)}.`);
  }

  stoppedPending(service: EcsService, count: number): void {
    this.#add(service, ` stopped ${count} pending tasks.`);
  }

  registered(service: EcsService, targetGroupArn: string): void {
    this.#add(service, ` registered 1 targets in (target-group ${targetGroupArn})`);
  }

  deregistered(service: EcsService, targetGroupArn: string): void {
    this.#add(service, ` deregistered 1 targets in (target-group ${targetGroupArn})`);
  }

  draining(service: EcsService, deployment: Deployment): void {
    this.#write(
      service,
      `(service ${service.name}, taskSet ${deployment.id}) has begun draining connections on 1 tasks.`,
    );
  }

  unhealthy(service: EcsService, sentence: string): void {
    this.#add(service, ` ${sentence}`);
  }

  replaced(service: EcsService, count: number): void {
    this.#add(service, `: Amazon ECS replaced ${count} tasks due to an unhealthy status.`);
  }

  deploymentCompleted(service: EcsService, deployment: Deployment): void {
    this.#add(service, ` (deployment ${deployment.id}) deployment completed.`);
  }

  deploymentFailed(service: EcsService, deployment: Deployment, { event }: DeploymentFailure): void {
    this.#add(service, ` (deployment ${deployment.id}) deployment failed: ${event}`);
  }

  rollingBack(service: EcsService, to: Deployment): void {
    this.#add(service, ` rolling back to deployment ${to.id}.`);
  }

  steady(service: EcsService): void {
    this.#add(service, " has reached a steady state.");
  }

  inconsistent(service: EcsService): void {
    this.#add(service, " is unable to consistently start tasks successfully.");
  }

  unplaceable(service: EcsService, { because, reason }: Lack): void {
    this.#addOnce(service, ` was unable to place a task${because}. Reason: ${reason}`);
  }

  notLaunched(service: EcsService, error: string): void {
    this.#addOnce(service, ` failed to launch a task with (error ${error}).`);
  }

  stuck(service: EcsService): void {
    this.#add(
      service,
      " was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
    );
  }

  /**
   * ECS says it once "until either the cause is resolved or six hours passes": here until it could start a task.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html
   */
  #addOnce(service: EcsService, sentence: string): void {
    const started = service.events.findIndex(({ message }) => message?.includes(" has started "));
    const unresolved = started === -1 ? service.events : service.events.slice(0, started);
    const said = `(service ${service.name})${sentence}`;
    if (!unresolved.some(({ message }) => message === said)) this.#write(service, said);
  }

  #add(service: EcsService, sentence: string): void {
    this.#write(service, `(service ${service.name})${sentence}`);
  }

  #write(service: EcsService, message: string): void {
    const event = { id: randomUUID(), createdAt: new Date(this.#clock.now()), message };
    service.events = [event, ...service.events].slice(0, CAPACITY);
  }
}

function named(tasks: readonly Task[]): string {
  return tasks.map(({ id }) => `(task ${id})`).join(" ");
}
