/**
 * The documents of the task metadata endpoint, version 4. Members, names and what is left out when it is empty follow
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html and, for
 * EC2, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html
 */
import type { ContainerMetadata, TaskMetadata } from "./task-metadata.ts";

type Document = Record<string, unknown>;

/** The answer to `${ECS_CONTAINER_METADATA_URI_V4}/task`. */
export function taskDocument(task: TaskMetadata): Document {
  return present({
    Cluster: clusterName(task),
    TaskARN: task.taskArn,
    Family: task.family,
    Revision: String(task.revision),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.knownStatus,
    Limits: nonEmpty(present({ CPU: task.limits?.vcpu, Memory: task.limits?.memoryMib })),
    PullStartedAt: task.pullStartedAt,
    PullStoppedAt: task.pullStoppedAt,
    ExecutionStoppedAt: task.executionStoppedAt,
    AvailabilityZone: task.availabilityZone,
    LaunchType: task.launchType,
    Containers: task.containers.map((container) => containerDocument(container, task)),
    // Fargate does not tell.
    ServiceName: task.launchType === "EC2" ? task.serviceName : undefined,
  });
}

/** The answer to `${ECS_CONTAINER_METADATA_URI_V4}` for one container of the task. */
export function containerDocument(container: ContainerMetadata, task: TaskMetadata): Document {
  return present({
    DockerId: container.runtimeId,
    Name: container.name,
    DockerName: dockerName(container, task),
    Image: container.image,
    ImageID: container.imageDigest,
    Ports: task.launchType === "EC2" ? nonEmpty(container.ports?.map(portDocument)) : undefined,
    Labels: labels(container, task),
    DesiredStatus: container.desiredStatus,
    KnownStatus: container.knownStatus,
    ExitCode: container.exitCode,
    Limits: nonEmpty(present({ CPU: container.limits?.cpuUnits, Memory: container.limits?.memoryMib })),
    CreatedAt: container.createdAt,
    StartedAt: container.startedAt,
    FinishedAt: container.finishedAt,
    Type: "NORMAL",
    Health: container.health && present({ status: container.health.status, statusSince: container.health.since }),
    LogDriver: container.logDriver,
    LogOptions: container.logOptions,
    ContainerARN: container.arn,
    Networks: [{ NetworkMode: container.networkMode, IPv4Addresses: container.ipv4Addresses }],
  });
}

/** Fargate gives the cluster's ARN, the agent on an instance its name. */
function clusterName({ clusterArn, launchType }: TaskMetadata): string {
  return launchType === "FARGATE" ? clusterArn : clusterArn.slice(clusterArn.indexOf("/") + 1);
}

function dockerName({ name, runtimeId }: ContainerMetadata, { family, revision, launchType }: TaskMetadata): string {
  return launchType === "FARGATE" ? name : `ecs-${family}-${revision}-${name}-${runtimeId}`;
}

function labels(container: ContainerMetadata, task: TaskMetadata): Document {
  return {
    ...container.dockerLabels,
    "com.amazonaws.ecs.cluster": clusterName(task),
    "com.amazonaws.ecs.container-name": container.name,
    "com.amazonaws.ecs.task-arn": task.taskArn,
    "com.amazonaws.ecs.task-definition-family": task.family,
    "com.amazonaws.ecs.task-definition-version": String(task.revision),
  };
}

function portDocument({ containerPort, hostPort, hostIp }: NonNullable<ContainerMetadata["ports"]>[number]): Document {
  return { ContainerPort: containerPort, Protocol: "tcp", HostPort: hostPort, HostIp: hostIp };
}

function present(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined));
}

function nonEmpty<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}
