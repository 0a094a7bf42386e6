/** One container of a task: pulled, started when its dependencies allow, watched, stopped. */
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { Clock } from "../../../clock.ts";
import {
  CannotCreate,
  CannotPull,
  CannotStart,
  type Exit,
  type PulledImage,
  type RunningContainer,
} from "../../../runtime/runtime.ts";
import type { Container, Task } from "../state.ts";
import { openLog } from "./awslogs.ts";
import { containerSpec } from "./container-spec.ts";
import type { Milestones } from "./dependencies.ts";
import { watchHealth } from "./health-check.ts";
import { imageReference } from "./image-reference.ts";
import { registryCredentials } from "./registry-auth.ts";
import { StartFailure } from "./start-failure.ts";
import { stopSignal } from "./stop-signal.ts";
import type { AgentDependencies } from "./surroundings.ts";

const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

interface ContainerHooks {
  changed(): void;
  essentialExited(): void;
}

export class ContainerRun {
  readonly container: Container;
  readonly #task: Task;
  readonly #definition: ContainerDefinition;
  readonly #milestones: Milestones;
  readonly #agent: AgentDependencies;
  readonly #hooks: ContainerHooks;
  #secrets: Readonly<Record<string, string>> = {};
  #image: PulledImage | undefined;
  #running: RunningContainer | undefined;
  /** Settled when no start is under way any more, so that a stop finds what there is to stop. */
  #starting: Promise<void> = Promise.resolve();
  #stopping = false;
  #endHealthChecks = () => {};
  #endStartTimeout = () => {};

  constructor(
    task: Task,
    container: Container,
    milestones: Milestones,
    agent: AgentDependencies,
    hooks: ContainerHooks,
  ) {
    this.container = container;
    this.#task = task;
    this.#definition = task.definition.containerDefinitions?.find(({ name }) => name === container.name) ?? {};
    this.#milestones = milestones;
    this.#agent = agent;
    this.#hooks = hooks;
  }

  /** Whether the container's health counts for the task's: it is essential and has a health check. */
  get isChecked(): boolean {
    return this.#isEssential && this.#definition.healthCheck !== undefined;
  }

  get #isEssential(): boolean {
    return this.#definition.essential !== false;
  }

  get #deadlines(): Clock {
    return this.#agent.deadlines ?? this.#agent.clock;
  }

  /** @throws {StartFailure} `CannotPullContainerError`, or because the secret with the registry's password cannot be read. */
  async pull(): Promise<void> {
    const credentials = registryCredentials(this.#definition, this.#agent.secrets);
    const reference = imageReference(this.#task, this.container.image);
    try {
      this.#image = await this.#agent.runtime.pull(reference, credentials);
    } catch (error) {
      if (!(error instanceof CannotPull)) throw error;
      throw new StartFailure(`CannotPullContainerError: ${error.message}`, this.container.name);
    }
    this.container.imageDigest = this.#image.digest;
    this.#fixDigest(this.#image.digest);
  }

  /** The first task to resolve the image decides; one that pulled at the same time does not change it. */
  #fixDigest(digest: string): void {
    const digests = this.#task.owner?.deployment.revision.digests;
    if (digests?.has(this.container.image) === false) digests.set(this.container.image, digest);
  }

  /** The values of its secrets, by the names of its variables. */
  provide(secrets: Readonly<Record<string, string>>): void {
    this.#secrets = secrets;
  }

  /** @throws {StartFailure} `CannotStartContainerError`, or because a dependency failed. */
  async start(): Promise<void> {
    await this.#milestones.ready(this.#definition);
    this.#starting = this.#startNow();
    await this.#starting;
  }

  async #startNow(): Promise<void> {
    if (this.#stopping || this.#image === undefined) return;
    const { container, name } = { container: this.container, name: this.container.name };
    const output = openLog(this.#definition.logConfiguration, { container: name, taskId: this.#task.id }, this.#agent);
    const spec = containerSpec(this.#task, this.#definition, {
      image: this.#image,
      environment: {
        ...this.#secrets,
        ...this.#agent.roleEnvironment(this.#task),
        ECS_CONTAINER_METADATA_URI_V4: this.#agent.metadataUri(this.#task, container),
      },
      region: this.#agent.region,
      output,
    });
    try {
      this.#running = await this.#agent.runtime.start(spec);
    } catch (error) {
      if (!(error instanceof CannotStart)) throw error;
      const code = error instanceof CannotCreate ? "CannotCreateContainerError" : "CannotStartContainerError";
      throw new StartFailure(`${code}: ${error.message}`, name);
    }
    container.runtimeId = this.#running.runtimeId;
    container.bindings = this.#running.bindings;
    container.lastStatus = "RUNNING";
    this.#running.exited.then((exit) => this.#exited(exit));
    this.#watchHealth(this.#running);
    this.#watchStartTimeout();
    this.#milestones.reach(name, "START");
    this.#hooks.changed();
  }

  #watchHealth(running: RunningContainer): void {
    const check = this.#definition.healthCheck;
    if (check === undefined) return;
    this.#endHealthChecks = watchHealth(running, check, this.#agent, (health) => {
      this.container.healthStatus = health;
      if (health === "HEALTHY") this.#milestones.reach(this.container.name, "HEALTHY");
      this.#hooks.changed();
    });
  }

  /** How long those that depend on this container wait; without a start timeout they wait for ever. */
  #watchStartTimeout(): void {
    const { startTimeout } = this.#definition;
    if (startTimeout === undefined) return;
    const { name } = this.container;
    this.#endStartTimeout = this.#deadlines.after(startTimeout * 1000, () => {
      for (const condition of ["HEALTHY", "COMPLETE", "SUCCESS"] as const)
        this.#milestones.miss(
          name,
          condition,
          `dependency container ${name} was not ${condition} in ${startTimeout} s`,
        );
    });
  }

  #exited({ exitCode, reason }: Exit): void {
    this.#endHealthChecks();
    this.#endStartTimeout();
    this.container.lastStatus = "STOPPED";
    if (exitCode !== undefined) this.container.exitCode = exitCode;
    if (reason !== undefined) this.container.reason = reason;
    this.#tellDependents(exitCode);
    this.#hooks.changed();
    if (this.#isEssential && !this.#stopping) this.#hooks.essentialExited();
  }

  #tellDependents(exitCode: number | undefined): void {
    const { name } = this.container;
    this.#milestones.reach(name, "COMPLETE");
    this.#milestones.miss(name, "HEALTHY", `dependency container ${name} exited before it was healthy`);
    if (exitCode === 0) this.#milestones.reach(name, "SUCCESS");
    else this.#milestones.miss(name, "SUCCESS", `dependency container ${name} exited with ${exitCode}`);
  }

  /** The image's stop signal, then, after the stop timeout, SIGKILL. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#starting.catch(() => {});
    this.#endHealthChecks();
    const running = this.#running;
    if (running === undefined) {
      this.container.lastStatus = "STOPPED";
      return;
    }
    running.kill(stopSignal(this.#image?.config.StopSignal));
    const timeoutMs = (this.#definition.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS) * 1000;
    const cancel = this.#deadlines.after(timeoutMs, () => running.kill("SIGKILL"));
    await running.exited;
    cancel();
  }

  async remove(): Promise<void> {
    await this.#running?.remove();
  }
}
