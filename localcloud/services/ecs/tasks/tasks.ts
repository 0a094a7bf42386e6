/** Tasks being made, run and forgotten. */
import type { AwsVpcConfiguration, Tag, TaskOverride, TaskStopCode } from "@aws-sdk/client-ecs";
import { type TaskHooks, TaskRun } from "../agent/agent.ts";
import type { AgentDependencies } from "../agent/surroundings.ts";
import { type Account, ecsArn, taskId } from "../arn.ts";
import type { Cluster, Container, Deployment, EcsService, RegisteredDefinition, Task } from "../state.ts";

/** A stopped task stays visible for an hour. */
const VISIBLE_AFTER_STOP_MS = 60 * 60_000;

export interface TaskOrder {
  readonly cluster: Cluster;
  readonly definition: RegisteredDefinition;
  readonly launchType: Task["launchType"];
  readonly capacityProvider: string | undefined;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly owner?: { readonly service: EcsService; readonly deployment: Deployment };
  readonly network: AwsVpcConfiguration | undefined;
  /** Of `network`, the one that the task is placed in. */
  readonly subnetId: string | undefined;
  readonly availabilityZone: string;
  readonly enableExecuteCommand: boolean;
  readonly overrides: TaskOverride;
  readonly tags: readonly Tag[];
}

export class Tasks {
  readonly #account: Account;
  readonly #agent: AgentDependencies;
  readonly #runs = new Map<string, TaskRun>();

  constructor(account: Account, agent: AgentDependencies) {
    this.#account = account;
    this.#agent = agent;
  }

  launch(order: TaskOrder, hooks: TaskHooks): Task {
    const task = this.#newTask(order);
    order.cluster.tasks.set(task.id, task);
    const run = new TaskRun(task, this.#agent, hooks);
    this.#runs.set(task.id, run);
    run.done
      .catch((error) => this.#agent.onBug(error, `running task ${task.arn}`))
      .finally(() => this.#forgetLater(task));
    return task;
  }

  /** Asks a task to stop; nothing happens where it is stopping already. */
  stop(task: Task, stopCode: TaskStopCode, reason: string): void {
    this.#runs.get(task.id)?.stop(stopCode, reason);
  }

  /** Ends every container at once, without draining: the local cloud goes away. */
  async close(): Promise<void> {
    this.#runs.clear();
    await this.#agent.runtime.close();
  }

  #forgetLater(task: Task): void {
    this.#runs.delete(task.id);
    this.#agent.clock.after(VISIBLE_AFTER_STOP_MS, () => task.cluster.tasks.delete(task.id));
  }

  #newTask(order: TaskOrder): Task {
    const id = taskId();
    const { cluster, definition } = order;
    return {
      ...order,
      owner: order.owner,
      id,
      arn: ecsArn(this.#account, `task/${cluster.name}/${id}`),
      createdAt: new Date(this.#agent.clock.now()),
      containers: (definition.containerDefinitions ?? []).map(({ name = "", image = "" }) =>
        this.#newContainer(cluster, id, name, image),
      ),
      desiredStatus: "RUNNING",
      lastStatus: "PROVISIONING",
      healthStatus: "UNKNOWN",
      version: 1,
      targets: [],
      wasHealthy: false,
    };
  }

  #newContainer(cluster: Cluster, task: string, name: string, image: string): Container {
    return {
      arn: ecsArn(this.#account, `container/${cluster.name}/${task}/${taskId()}`),
      name,
      image,
      lastStatus: "PENDING",
      healthStatus: "UNKNOWN",
      bindings: [],
    };
  }
}
