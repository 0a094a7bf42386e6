/** From a container definition to what a runtime starts: overrides, environment, ports. */
import type { ContainerDefinition, KeyValuePair } from "@aws-sdk/client-ecs";
import type { ContainerSpec, PulledImage } from "../../../runtime/runtime.ts";
import { isSet } from "../errors.ts";
import type { Task } from "../state.ts";
import type { Output } from "./awslogs.ts";
import { containerLimits, linuxSettings, taskPlacement } from "./container-settings.ts";
import { StartFailure } from "./start-failure.ts";

/** Settings whose absence would change what the program sees, and that no runtime here acts on yet. */
const UNSUPPORTED = [
  "environmentFiles",
  "mountPoints",
  "volumesFrom",
  "firelensConfiguration",
  "restartPolicy",
  "resourceRequirements",
  "links",
  "extraHosts",
] as const;

interface SpecParts {
  readonly image: PulledImage;
  /** What ECS adds: secrets, addresses of the task's metadata and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  readonly region: string;
  readonly output: Output;
}

export function containerSpec(
  task: Task,
  definition: ContainerDefinition,
  { image, environment, region, output }: SpecParts,
): ContainerSpec {
  const name = definition.name ?? "";
  const override = task.overrides.containerOverrides?.find((candidate) => candidate.name === name);
  return {
    id: `${task.id}-${name}`,
    name,
    image,
    entryPoint: nonEmpty(definition.entryPoint),
    command: nonEmpty(override?.command ?? definition.command),
    workingDirectory: definition.workingDirectory,
    environment: {
      ...provided(task, region),
      ...asRecord(definition.environment),
      ...asRecord(override?.environment),
      ...environment,
    },
    containerPorts: (definition.portMappings ?? []).map(({ containerPort = 0 }) => containerPort),
    user: definition.user,
    task: taskPlacement(task),
    limits: containerLimits(task, definition),
    linux: linuxSettings(definition),
    onOutput: output,
  };
}

/** @throws {StartFailure} naming the first setting that the local cloud would have to ignore. */
export function refuseUnsupportedSettings(definition: ContainerDefinition): void {
  const secretOptions = isSet(definition.logConfiguration?.secretOptions)
    ? "logConfiguration.secretOptions"
    : undefined;
  const setting = UNSUPPORTED.find((key) => isSet(definition[key])) ?? secretOptions;
  if (setting !== undefined)
    throw new StartFailure(
      `ResourceInitializationError: the local cloud does not provide '${setting}' of container ${definition.name}`,
      definition.name,
    );
}

/** What a container finds in its environment unless its definition says otherwise. */
function provided(task: Task, region: string): Record<string, string> {
  return {
    AWS_EXECUTION_ENV: `AWS_ECS_${task.launchType}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}

function asRecord(pairs: readonly KeyValuePair[] | undefined): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map(({ name = "", value = "" }) => [name, value]));
}

function nonEmpty(words: readonly string[] | undefined): readonly string[] | undefined {
  return words === undefined || words.length === 0 ? undefined : words;
}
