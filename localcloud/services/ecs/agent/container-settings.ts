/** What a runtime that can is to give a container and keep it from, from the task's and the container's definition. */
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { ContainerLimits, LinuxSettings, TaskPlacement } from "../../../runtime/runtime.ts";
import type { Task } from "../state.ts";

const UNITS_PER_VCPU = 1024;
/** What the ECS agent gives a container that asks for none. */
const LEAST_CPU_SHARES = 2;

export function taskPlacement(task: Task): TaskPlacement {
  const containers = task.definition.containerDefinitions ?? [];
  return {
    id: task.id,
    networkMode: task.definition.networkMode ?? "bridge",
    containerCount: containers.length,
    containerPorts: containers.flatMap(({ portMappings = [] }) =>
      portMappings.flatMap(({ containerPort }) => containerPort ?? []),
    ),
  };
}

/**
 * The task's size bounds each of its containers; the container's own memory is its hard limit below that.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_environment
 */
export function containerLimits(
  { definition: task, overrides }: Task,
  definition: ContainerDefinition,
): ContainerLimits {
  const override = overrides.containerOverrides?.find(({ name }) => name === definition.name);
  const cpu = overrides.cpu ?? task.cpu;
  const memory = overrides.memory ?? task.memory;
  return {
    cpuShares: Math.max(LEAST_CPU_SHARES, override?.cpu ?? definition.cpu ?? 0),
    vcpus: cpu === undefined ? undefined : Number(cpu) / UNITS_PER_VCPU,
    memoryMib: override?.memory ?? definition.memory ?? (memory === undefined ? undefined : Number(memory)),
    memoryReservationMib: override?.memoryReservation ?? definition.memoryReservation,
  };
}

export function linuxSettings({
  linuxParameters,
  readonlyRootFilesystem,
  ulimits,
}: ContainerDefinition): LinuxSettings {
  const { initProcessEnabled, capabilities } = linuxParameters ?? {};
  return {
    initProcessEnabled,
    readonlyRootFilesystem,
    ulimits: ulimits?.map(({ name = "", softLimit = 0, hardLimit = 0 }) => ({ name, softLimit, hardLimit })) ?? [],
    capabilities: capabilities && { add: capabilities.add ?? [], drop: capabilities.drop ?? [] },
  };
}
