import { ToolkitError } from "../platform/errors.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import { commandWords } from "./command-words.ts";

/** What is to be set besides the image; left out or empty, it stays as it is. */
export interface Overrides {
  /** `NAME=value`, as all lists here; only the first `=` counts. */
  readonly environmentVariables?: readonly string[];
  /** ARNs. */
  readonly envFiles?: readonly string[];
  readonly secrets?: readonly string[];
  readonly logConfigurationLogDriver?: string | undefined;
  readonly logConfigurationOptions?: readonly string[];
  readonly dockerLabels?: readonly string[];
  readonly command?: string | undefined;
  readonly taskRoleArn?: string | undefined;
  readonly executionRoleArn?: string | undefined;
}

type ContainerMembers = (container: JsonObject) => JsonObject;

/**
 * What the overrides make of a container; `undefined` where they leave containers as they are.
 * @throws {ToolkitError} INPUT_INVALID
 */
export function containerOverride(overrides: Overrides): ContainerMembers | undefined {
  const members = [
    variables("environment", "value", pairs("environment-variables", overrides.environmentVariables)),
    variables("secrets", "valueFrom", pairs("secrets", overrides.secrets)),
    environmentFiles(overrides.envFiles ?? []),
    labels(pairs("docker-labels", overrides.dockerLabels)),
    logConfiguration(
      overrides.logConfigurationLogDriver,
      pairs("log-configuration-options", overrides.logConfigurationOptions),
    ),
    command(overrides.command),
  ].filter((member) => member !== undefined);
  if (members.length === 0) return undefined;
  return (container) => Object.assign({ ...container }, ...members.map((member) => member(container)));
}

/** What the overrides set in the task definition itself; `undefined` where that is nothing. */
export function taskOverride({ taskRoleArn, executionRoleArn }: Overrides): JsonObject | undefined {
  if (taskRoleArn === undefined && executionRoleArn === undefined) return undefined;
  return {
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
  };
}

type Pairs = ReadonlyMap<string, string>;

/** A value may hold `=`, so that only the first one counts; of a name that is given twice the last value counts. */
function pairs(input: string, items: readonly string[] = []): Pairs {
  return new Map(
    items.map((item) => {
      const [name = ""] = item.split("=", 1);
      if (name !== "" && name !== item) return [name, item.slice(name.length + 1)];
      // The rest of the item may be a secret.
      const shown = name === "" ? "an item" : `"${name}"`;
      throw new ToolkitError(
        "INPUT_INVALID",
        `${input}: ${shown} is not of the form name=value`,
        `Correct the input ${input}: give name=value, one on each line.`,
      );
    }),
  );
}

/** Lists of objects with a name: those that are there keep their place. */
function variables(member: string, valueKey: string, given: Pairs): ContainerMembers | undefined {
  if (given.size === 0) return undefined;
  return (container) => {
    const existing = isJsonList(container[member]) ? container[member] : [];
    const names = new Set(existing.map(nameOf));
    const kept = existing.map((item) => {
      const value = given.get(nameOf(item) ?? "");
      return value === undefined || !isJsonObject(item) ? item : { ...item, [valueKey]: value };
    });
    const added = [...given].filter(([name]) => !names.has(name));
    return { [member]: [...kept, ...added.map(([name, value]) => ({ name, [valueKey]: value }))] };
  };
}

function nameOf(item: JsonValue): string | undefined {
  return isJsonObject(item) && typeof item.name === "string" ? item.name : undefined;
}

function environmentFiles(arns: readonly string[]): ContainerMembers | undefined {
  if (arns.length === 0) return undefined;
  return () => ({ environmentFiles: arns.map((value) => ({ value, type: "s3" })) });
}

function labels(given: Pairs): ContainerMembers | undefined {
  if (given.size === 0) return undefined;
  return ({ dockerLabels }) => ({ dockerLabels: merged(dockerLabels, given) });
}

function logConfiguration(logDriver: string | undefined, options: Pairs): ContainerMembers | undefined {
  if (logDriver === undefined && options.size === 0) return undefined;
  return (container) => {
    const existing = isJsonObject(container.logConfiguration) ? container.logConfiguration : {};
    return {
      logConfiguration: {
        ...existing,
        ...(logDriver === undefined ? {} : { logDriver }),
        ...(options.size === 0 ? {} : { options: merged(existing.options, options) }),
      },
    };
  };
}

function merged(existing: JsonValue | undefined, given: Pairs): JsonObject {
  return Object.fromEntries([...Object.entries(isJsonObject(existing) ? existing : {}), ...given]);
}

function command(given: string | undefined): ContainerMembers | undefined {
  if (given === undefined) return undefined;
  const words = commandWords(given);
  return () => ({ command: words });
}
