/**
 * What Fargate asks of a task definition.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { clientError, isSet } from "../errors.ts";

const GiB = 1024;

/** The memory sizes (MiB) that go with each CPU size (units). */
const MEMORY_BY_CPU: Readonly<Record<number, (memory: number) => boolean>> = {
  256: (memory) => [512, GiB, 2 * GiB].includes(memory),
  512: range(1, 4, 1),
  1024: range(2, 8, 1),
  2048: range(4, 16, 1),
  4096: range(8, 30, 1),
  8192: range(16, 60, 4),
  16384: range(32, 120, 8),
};

/** @throws {AwsError} `ClientException` in ECS's words for the first thing that Fargate does not take. */
export function validateFargate(input: RegisterTaskDefinitionRequest): void {
  if (input.networkMode !== "awsvpc") throw clientError("Fargate only supports network mode ‘awsvpc’.");
  if (input.cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (input.memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  if (!isFargateSize(input.cpu, input.memory)) throw clientError("No Fargate configuration exists for given values.");
  for (const container of input.containerDefinitions ?? []) {
    validateExecutionRole(input, container);
    refuseUnsupported(settingsOfInstances(container));
  }
  refuseUnsupported(taskSettingsOfInstances(input));
  validateShares(input);
}

/** What only an instance of one's own can give: by the names in which ECS refuses it. */
function settingsOfInstances({ linuxParameters, ...container }: ContainerDefinition): Record<string, unknown> {
  return {
    privileged: container.privileged,
    dockerSecurityOptions: container.dockerSecurityOptions,
    extraHosts: container.extraHosts,
    links: container.links,
    dnsServers: container.dnsServers,
    dnsSearchDomains: container.dnsSearchDomains,
    hostname: container.hostname,
    disableNetworking: container.disableNetworking,
    devices: linuxParameters?.devices,
    sharedMemorySize: linuxParameters?.sharedMemorySize,
    tmpfs: linuxParameters?.tmpfs,
    maxSwap: linuxParameters?.maxSwap,
    swappiness: linuxParameters?.swappiness,
  };
}

function taskSettingsOfInstances({ volumes = [], ...input }: RegisterTaskDefinitionRequest): Record<string, unknown> {
  return {
    constraints: input.placementConstraints,
    ipcMode: input.ipcMode,
    sourcePath: volumes.find(({ host }) => host?.sourcePath !== undefined),
    dockerVolumeConfiguration: volumes.find(({ dockerVolumeConfiguration }) => dockerVolumeConfiguration !== undefined),
  };
}

function refuseUnsupported(settings: Record<string, unknown>): void {
  const found = Object.entries(settings).find(([, value]) => isSet(value));
  if (found !== undefined) throw clientError(`Fargate compatible task definitions do not support ${found[0]}`);
}

/** Containers share what the task has. */
function validateShares({ cpu = "", memory = "", containerDefinitions = [] }: RegisterTaskDefinitionRequest): void {
  const [taskCpu, taskMemory] = [whole(cpuUnits(cpu)), whole(memoryMiB(memory))];
  if (containerDefinitions.some((container) => (container.memory ?? 0) > taskMemory))
    throw clientError("The 'memory' setting for container is greater than for the task.");
  const shares = containerDefinitions.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (shares > taskCpu)
    throw clientError(`Too many CPU units: the containers ask for ${shares}, the task has ${taskCpu}.`);
}

function validateExecutionRole(
  { executionRoleArn }: RegisterTaskDefinitionRequest,
  container: ContainerDefinition,
): void {
  if (executionRoleArn !== undefined) return;
  const needs = "Fargate requires task definition to have execution role ARN to support";
  if (/\.dkr\.ecr\.[^/]+\//.test(container.image ?? "")) throw clientError(`${needs} ECR images.`);
  const driver = container.logConfiguration?.logDriver;
  if (driver === "awslogs") throw clientError(`${needs} log driver ${driver}.`);
}

/** Whether Fargate has tasks of that CPU and memory. */
export function isFargateSize(cpu: string | undefined, memory: string | undefined): boolean {
  if (cpu === undefined || memory === undefined) return false;
  return MEMORY_BY_CPU[whole(cpuUnits(cpu))]?.(whole(memoryMiB(memory))) === true;
}

/** `Number` would take `0x100`, too. */
function whole(digits: string): number {
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

/** `256`, `0.25 vCPU` and `.25 vcpu` are the same; ECS stores units. */
export function cpuUnits(cpu: string): string {
  const vcpu = /^(\d*\.?\d+)\s*vcpu$/i.exec(cpu.trim());
  return vcpu === null ? cpu : String(Number(vcpu[1]) * 1024);
}

/** `512`, `0.5 GB` and `.5gb` are the same; ECS stores MiB. */
export function memoryMiB(memory: string): string {
  const gigabytes = /^(\d*\.?\d+)\s*gb$/i.exec(memory.trim());
  return gigabytes === null ? memory : String(Number(gigabytes[1]) * GiB);
}

function range(from: number, to: number, step: number): (memory: number) => boolean {
  return (memory) => memory >= from * GiB && memory <= to * GiB && (memory - from * GiB) % (step * GiB) === 0;
}
