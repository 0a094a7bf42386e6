/** What ECS refuses to register. Codes are ECS's; docs/fidelity.md says which sentences are documented and which assumed. */
import type { ContainerDefinition, HealthCheck, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { clientError } from "../errors.ts";
import { validateDependencies } from "./dependencies.ts";
import { validateFargate } from "./fargate.ts";
import { validateSecrets } from "./secrets.ts";

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MAX_BYTES = 64 * 1024;
const NETWORK_MODES = ["awsvpc", "bridge", "host", "none"];

/** @throws {AwsError} `ClientException` for the first thing that is wrong. */
export function validateTaskDefinition(input: RegisterTaskDefinitionRequest): void {
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes > MAX_BYTES) throw clientError(`Actual length: '${bytes}'. Max allowed length is '${MAX_BYTES}' bytes.`);
  if (!NAME.test(input.family ?? "")) throw clientError("Family contains invalid characters.");
  if (input.networkMode !== undefined && !NETWORK_MODES.includes(input.networkMode))
    throw clientError(`Invalid network mode '${input.networkMode}'.`);
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw clientError("Container list cannot be empty.");
  for (const container of containers) validateContainer(container, input);
  validateTogether(containers);
  validateMounts(input);
  if (input.requiresCompatibilities?.includes("FARGATE")) validateFargate(input);
}

function validateContainer(container: ContainerDefinition, input: RegisterTaskDefinitionRequest): void {
  if (!container.name) throw clientError("Container.name should not be null or empty.");
  if (!NAME.test(container.name)) throw clientError(`Invalid container name '${container.name}'.`);
  if (!container.image) throw clientError("Container.image should not be null or empty.");
  if (/\s/.test(container.image)) throw clientError("Container.image contains invalid characters.");
  if (input.memory === undefined && container.memory === undefined && container.memoryReservation === undefined)
    throw clientError(
      `Invalid setting for container '${container.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  validatePorts(container, input.networkMode);
  validateAwsvpc(container, input.networkMode);
  validateLogging(container);
  if (container.healthCheck !== undefined) validateHealthCheck(container.healthCheck);
  validateStopTimeout(container, input);
  validateSecrets(container, input);
}

function validatePorts({ portMappings = [] }: ContainerDefinition, networkMode: string | undefined): void {
  for (const { containerPort, hostPort, protocol } of portMappings) {
    if (containerPort === undefined || containerPort < 1 || containerPort > 65_535)
      throw clientError("Invalid 'containerPort' setting for container.");
    if (networkMode === "awsvpc" && hostPort !== undefined && hostPort !== containerPort)
      throw clientError("When networkMode=awsvpc, the host ports and container ports in port mappings must match.");
    if (protocol !== undefined && protocol !== "tcp" && protocol !== "udp")
      throw clientError(`Invalid protocol '${protocol}' in port mapping.`);
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
function validateAwsvpc({ links = [], extraHosts = [] }: ContainerDefinition, networkMode: string | undefined): void {
  if (networkMode !== "awsvpc") return;
  if (links.length > 0) throw clientError("Links are not supported when networkMode=awsvpc.");
  if (extraHosts.length > 0) throw clientError("Extra hosts are not supported when networkMode=awsvpc.");
}

function validateLogging({ logConfiguration }: ContainerDefinition): void {
  if (logConfiguration?.logDriver !== "awslogs") return;
  const missing = ["awslogs-group", "awslogs-region"].filter((option) => !logConfiguration.options?.[option]);
  if (missing.length > 0) throw clientError(`Log driver awslogs requires options: ${missing.join(", ")}`);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
function validateHealthCheck({ command, interval, timeout, retries, startPeriod }: HealthCheck): void {
  if (command === undefined || command.length < 2 || !["CMD", "CMD-SHELL"].includes(command[0] ?? ""))
    throw clientError("Health check command must start with CMD or CMD-SHELL and name a command.");
  refuseOutside("interval", interval, 5, 300);
  refuseOutside("timeout", timeout, 2, 60);
  refuseOutside("retries", retries, 1, 10);
  refuseOutside("startPeriod", startPeriod, 0, 300);
}

function refuseOutside(setting: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && (value < least || value > most))
    throw clientError(`Health check ${setting} must be between ${least} and ${most}.`);
}

function validateStopTimeout({ stopTimeout }: ContainerDefinition, input: RegisterTaskDefinitionRequest): void {
  if (stopTimeout === undefined) return;
  const isFargate = input.requiresCompatibilities?.includes("FARGATE");
  const [least, most] = isFargate ? [2, 120] : [0, Number.MAX_SAFE_INTEGER];
  if (stopTimeout < least || stopTimeout > most)
    throw clientError("Invalid stopTimeout: on Fargate between 2 and 120 seconds.");
}

function validateTogether(containers: readonly ContainerDefinition[]): void {
  const names = containers.map(({ name }) => name);
  if (new Set(names).size < names.length) throw clientError("Container names must be unique.");
  if (containers.every(({ essential }) => essential === false))
    throw clientError("At least one container must be essential.");
  validateDependencies(containers);
}

function validateMounts({ volumes = [], containerDefinitions = [] }: RegisterTaskDefinitionRequest): void {
  const names = volumes.map(({ name }) => name);
  if (new Set(names).size < names.length) throw clientError("Volume names must be unique.");
  const mounts = containerDefinitions.flatMap(({ mountPoints = [] }) => mountPoints);
  const unknown = mounts.find(({ sourceVolume }) => !names.includes(sourceVolume));
  if (unknown !== undefined) throw clientError(`Unknown volume '${unknown.sourceVolume}'.`);
}
