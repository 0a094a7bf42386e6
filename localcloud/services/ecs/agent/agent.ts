/**
 * The ECS agent: takes one task from PROVISIONING to STOPPED.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
import type { TaskStopCode } from "@aws-sdk/client-ecs";
import type { Task, TaskStatus } from "../state.ts";
import { ContainerRun } from "./container-run.ts";
import { refuseUnsupportedSettings } from "./container-spec.ts";
import { Milestones } from "./dependencies.ts";
import { secretValues } from "./secrets.ts";
import { StartFailure } from "./start-failure.ts";
import type { AgentDependencies } from "./surroundings.ts";

/** What the owner of a task is told, and may do on the way. */
export interface TaskHooks {
  /** After every change of the task's state. */
  changed(task: Task): void;
  /** The containers run; the task is about to be RUNNING. @throws {StartFailure} where it cannot be. */
  activating(task: Task): void;
  /** The task is to stop; resolves when its containers may be ended (targets drained). */
  deactivating(task: Task): Promise<void>;
}

export class TaskRun {
  readonly task: Task;
  /** Resolves when the task is STOPPED. */
  readonly done: Promise<void>;
  readonly #agent: AgentDependencies;
  readonly #hooks: TaskHooks;
  readonly #containers: ContainerRun[];
  readonly #ending = Promise.withResolvers<void>();

  constructor(task: Task, agent: AgentDependencies, hooks: TaskHooks) {
    this.task = task;
    this.#agent = agent;
    this.#hooks = hooks;
    const milestones = new Milestones();
    this.#containers = task.containers.map(
      (container) =>
        new ContainerRun(task, container, milestones, agent, {
          changed: () => this.#containerChanged(),
          essentialExited: () => this.#end("EssentialContainerExited", "Essential container in task exited"),
        }),
    );
    this.done = this.#run();
  }

  /** Asks the task to stop; the first reason counts. */
  stop(stopCode: TaskStopCode, reason: string): void {
    this.#end(stopCode, reason);
  }

  async #run(): Promise<void> {
    // The owner first sees the task as PROVISIONING.
    await Promise.resolve();
    const started = await this.#start();
    if (started) await this.#ending.promise;
    await this.#windDown(started);
  }

  /** @returns whether the task came to run; if not, `task` says why. */
  async #start(): Promise<boolean> {
    try {
      this.#enter("PENDING");
      await Promise.race([this.#startContainers(), this.#ending.promise]);
      if (this.task.desiredStatus === "RUNNING") this.#activate();
    } catch (error) {
      if (!(error instanceof StartFailure)) this.#agent.onBug(error, `starting task ${this.task.arn}`);
      this.#failed(error instanceof StartFailure ? error : new StartFailure(`InternalError: ${error}`));
    }
    return this.task.startedAt !== undefined;
  }

  #activate(): void {
    this.#enter("ACTIVATING");
    this.#hooks.activating(this.task);
    this.task.startedAt = this.#now();
    this.#enter("RUNNING");
  }

  async #startContainers(): Promise<void> {
    const definitions = this.task.definition.containerDefinitions ?? [];
    for (const definition of definitions) refuseUnsupportedSettings(definition);
    const secrets = secretValues(definitions, this.#agent.secrets);
    for (const container of this.#containers) container.provide(secrets.get(container.container.name) ?? {});
    this.task.pullStartedAt = this.#now();
    await Promise.all(this.#containers.map((container) => container.pull()));
    this.task.pullStoppedAt = this.#now();
    await Promise.all(this.#containers.map((container) => container.start()));
  }

  async #windDown(ran: boolean): Promise<void> {
    if (ran) {
      this.#enter("DEACTIVATING");
      await this.#deactivate();
    }
    this.#enter("STOPPING");
    await Promise.all(this.#containers.map((container) => container.stop()));
    this.task.executionStoppedAt = this.#now();
    this.#enter("DEPROVISIONING");
    await Promise.all(this.#containers.map((container) => container.remove()));
    this.task.stoppedAt = this.#now();
    this.#enter("STOPPED");
  }

  /** Whatever goes wrong with the owner, the containers must not outlive their task. */
  async #deactivate(): Promise<void> {
    try {
      await this.#hooks.deactivating(this.task);
    } catch (error) {
      this.#agent.onBug(error, `deactivating task ${this.task.arn}`);
    }
  }

  #failed(failure: StartFailure): void {
    const container = this.task.containers.find(({ name }) => name === failure.container);
    if (container !== undefined) container.reason = failure.message;
    this.#end("TaskFailedToStart", failure.message);
  }

  #end(stopCode: TaskStopCode, reason: string): void {
    if (this.task.desiredStatus === "STOPPED") return;
    this.task.desiredStatus = "STOPPED";
    this.task.stopCode = stopCode;
    this.task.stoppedReason = reason;
    this.task.stoppingAt = this.#now();
    this.#ending.resolve();
    this.#changed();
  }

  #containerChanged(): void {
    const health = this.#containers.filter(({ isChecked }) => isChecked).map(({ container }) => container.healthStatus);
    if (health.includes("UNHEALTHY")) this.task.healthStatus = "UNHEALTHY";
    else if (health.length > 0 && health.every((status) => status === "HEALTHY")) this.task.healthStatus = "HEALTHY";
    this.#changed();
  }

  #enter(status: TaskStatus): void {
    this.task.lastStatus = status;
    this.#changed();
  }

  #changed(): void {
    this.task.version += 1;
    this.#hooks.changed(this.task);
  }

  #now(): Date {
    return new Date(this.#agent.clock.now());
  }
}
