/** What the containers of a task may ask about themselves, each by an address of its own. */
import { randomUUID } from "node:crypto";
import type { ContainerMetadata, TaskMetadata } from "../../../metadata/task-metadata.ts";
import type { Container, Task } from "../state.ts";

export class MetadataTokens {
  readonly #holders = new Map<string, { readonly task: Task; readonly container: Container }>();

  /** A token for a container; it ends with its task. */
  issue(task: Task, container: Container): string {
    this.#forgetStopped();
    const token = randomUUID();
    this.#holders.set(token, { task, container });
    return token;
  }

  lookup(token: string): TaskMetadata | undefined {
    const holder = this.#holders.get(token);
    return holder === undefined ? undefined : metadataOf(holder.task, holder.container);
  }

  #forgetStopped(): void {
    for (const [token, { task }] of this.#holders) if (task.lastStatus === "STOPPED") this.#holders.delete(token);
  }
}

function metadataOf(task: Task, asking: Container): TaskMetadata {
  const { definition } = task;
  return {
    containerName: asking.name,
    clusterArn: task.cluster.arn,
    taskArn: task.arn,
    family: definition.family,
    revision: definition.revision,
    serviceName: task.owner?.service.name,
    desiredStatus: task.desiredStatus,
    knownStatus: task.lastStatus,
    limits: {
      vcpu: definition.cpu === undefined ? undefined : Number(definition.cpu) / 1024,
      memoryMib: definition.memory === undefined ? undefined : Number(definition.memory),
    },
    pullStartedAt: task.pullStartedAt,
    pullStoppedAt: task.pullStoppedAt,
    executionStoppedAt: task.executionStoppedAt,
    availabilityZone: task.availabilityZone,
    launchType: task.launchType,
    containers: task.containers.map((container) => containerMetadata(task, container)),
  };
}

function containerMetadata(task: Task, container: Container): ContainerMetadata {
  const definition = task.definition.containerDefinitions?.find(({ name }) => name === container.name);
  return {
    name: container.name,
    arn: container.arn,
    runtimeId: container.runtimeId ?? "",
    image: container.image,
    imageDigest: container.imageDigest,
    desiredStatus: task.desiredStatus,
    knownStatus: container.lastStatus,
    exitCode: container.exitCode,
    limits: { cpuUnits: definition?.cpu, memoryMib: definition?.memory },
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    dockerLabels: definition?.dockerLabels,
    logDriver: definition?.logConfiguration?.logDriver,
    logOptions: definition?.logConfiguration?.options,
    health: definition?.healthCheck === undefined ? undefined : { status: container.healthStatus },
    networkMode: task.definition.networkMode ?? "bridge",
    ipv4Addresses: ["127.0.0.1"],
  };
}
