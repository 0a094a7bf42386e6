/** What ECS adds to a task definition when it registers it: the defaults that DescribeTaskDefinition then shows. */
import type { ContainerDefinition, RegisterTaskDefinitionRequest, TaskDefinition } from "@aws-sdk/client-ecs";
import { cpuUnits, isFargateSize, memoryMiB } from "./fargate.ts";

/** An empty role is none: deployment tools send one for a task that has none. */
export function withoutEmptyRoles(input: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  const { taskRoleArn, executionRoleArn, ...rest } = input;
  return { ...rest, ...(taskRoleArn ? { taskRoleArn } : {}), ...(executionRoleArn ? { executionRoleArn } : {}) };
}

export function normalised(input: RegisterTaskDefinitionRequest): TaskDefinition {
  const { tags: _tags, cpu, memory, ...rest } = input;
  return {
    ...rest,
    ...(cpu === undefined ? {} : { cpu: cpuUnits(cpu) }),
    ...(memory === undefined ? {} : { memory: memoryMiB(memory) }),
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    compatibilities: input.networkMode === "awsvpc" && isFargateSize(cpu, memory) ? ["EC2", "FARGATE"] : ["EC2"],
    containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
      normalisedContainer(container, input.networkMode),
    ),
  };
}

function normalisedContainer(container: ContainerDefinition, networkMode: string | undefined): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      hostPort: mapping.hostPort ?? (networkMode === "awsvpc" || networkMode === "host" ? mapping.containerPort : 0),
      protocol: mapping.protocol ?? "tcp",
    })),
    ...(container.healthCheck === undefined
      ? {}
      : { healthCheck: { interval: 30, timeout: 5, retries: 3, ...container.healthCheck } }),
  };
}
