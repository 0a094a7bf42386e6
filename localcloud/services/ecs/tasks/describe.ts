/** A task as DescribeTasks shows it. */
import type { Container as ContainerShape, Task as TaskShape } from "@aws-sdk/client-ecs";
import type { Container, Task } from "../state.ts";

export function describeTask(task: Task, include: readonly string[]): TaskShape {
  const { definition, network } = task;
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: definition.taskDefinitionArn,
    group: task.group,
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    launchType: task.launchType,
    ...(task.capacityProvider === undefined ? {} : { capacityProviderName: task.capacityProvider }),
    platformVersion: "1.4.0",
    platformFamily: "Linux",
    availabilityZone: task.availabilityZone,
    ...(definition.cpu === undefined ? {} : { cpu: definition.cpu }),
    ...(definition.memory === undefined ? {} : { memory: definition.memory }),
    desiredStatus: task.desiredStatus,
    lastStatus: task.lastStatus,
    healthStatus: task.healthStatus,
    version: task.version,
    connectivity: "CONNECTED",
    overrides: {
      containerOverrides: definition.containerDefinitions?.map(({ name }) => ({ name })) ?? [],
      ...task.overrides,
    },
    containers: task.containers.map((container) => describeContainer(container, task)),
    attachments: network === undefined ? [] : [interfaceAttachment(task)],
    attributes: [{ name: "ecs.cpu-architecture", value: process.arch === "arm64" ? "arm64" : "x86_64" }],
    inferenceAccelerators: [],
    ephemeralStorage: { sizeInGiB: definition.ephemeralStorage?.sizeInGiB ?? 20 },
    enableExecuteCommand: task.enableExecuteCommand,
    tags: include.includes("TAGS") ? [...task.tags] : [],
    ...times(task),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
  };
}

function times(task: Task) {
  return {
    createdAt: task.createdAt,
    pullStartedAt: task.pullStartedAt,
    pullStoppedAt: task.pullStoppedAt,
    startedAt: task.startedAt,
    stoppingAt: task.stoppingAt,
    executionStoppedAt: task.executionStoppedAt,
    stoppedAt: task.stoppedAt,
  };
}

function describeContainer(container: Container, task: Task): ContainerShape {
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    lastStatus: container.lastStatus,
    healthStatus: container.healthStatus,
    imageDigest: container.imageDigest,
    runtimeId: container.runtimeId,
    exitCode: container.exitCode,
    reason: container.reason,
    // On AWS a Fargate task has an address of its own; here every task shares this machine's, so the port tells it.
    networkBindings: container.bindings.map(({ containerPort, host, hostPort }) => ({
      bindIP: host,
      containerPort,
      hostPort,
      protocol: "tcp" as const,
    })),
    networkInterfaces: [{ attachmentId: task.id, privateIpv4Address: "127.0.0.1" }],
  };
}

function interfaceAttachment(task: Task) {
  return {
    id: task.id,
    type: "ElasticNetworkInterface",
    status: task.lastStatus === "STOPPED" ? "DELETED" : "ATTACHED",
    details: [
      { name: "subnetId", value: task.subnetId },
      { name: "privateIPv4Address", value: "127.0.0.1" },
    ],
  };
}
