import { ToolkitError } from "../platform/errors.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import { commandWords } from "./command-words.ts";
import { type Pairs, pairs } from "./pairs.ts";

/** What is to be set in a container besides the image; left out or empty, it stays as it is. */
export interface ContainerOverrides {
  /** `NAME=value`, as all lists here but those of ARNs and names. */
  readonly environmentVariables?: readonly string[];
  /** Names. */
  readonly removeEnvironmentVariables?: readonly string[];
  /** ARNs. */
  readonly envFiles?: readonly string[];
  readonly secrets?: readonly string[];
  /** Names. */
  readonly removeSecrets?: readonly string[];
  readonly logConfigurationLogDriver?: string | undefined;
  readonly logConfigurationOptions?: readonly string[];
  readonly dockerLabels?: readonly string[];
  /** Names. */
  readonly removeDockerLabels?: readonly string[];
  readonly command?: string | undefined;
}

type ContainerMembers = (container: JsonObject) => JsonObject;

/**
 * What the overrides make of a container; `undefined` where they leave containers as they are.
 * @throws {ToolkitError} INPUT_INVALID
 */
export function containerOverride(overrides: ContainerOverrides): ContainerMembers | undefined {
  const environment = edit(
    "environment-variables",
    overrides.environmentVariables,
    overrides.removeEnvironmentVariables,
  );
  const members = [
    variables("environment", "value", environment),
    variables("secrets", "valueFrom", edit("secrets", overrides.secrets, overrides.removeSecrets)),
    environmentFiles(overrides.envFiles ?? []),
    labels(edit("docker-labels", overrides.dockerLabels, overrides.removeDockerLabels)),
    logConfiguration(
      overrides.logConfigurationLogDriver,
      pairs("log-configuration-options", overrides.logConfigurationOptions),
    ),
    command(overrides.command),
  ].filter((member) => member !== undefined);
  if (members.length === 0) return undefined;
  return (container) => Object.assign({ ...container }, ...members.map((member) => member(container)));
}

interface Edit {
  readonly set: Pairs;
  readonly removed: ReadonlySet<string>;
}

/** A name that is not there needs no removal: the second run over what the first one made must not fail. */
function edit(input: string, items: readonly string[] = [], names: readonly string[] = []): Edit | undefined {
  const set = pairs(input, items);
  const removed = new Set(names);
  const both = [...set.keys()].find((name) => removed.has(name));
  if (both !== undefined) {
    throw new ToolkitError(
      "INPUT_INVALID",
      `remove-${input}: ${both} is set by ${input} as well`,
      `Take ${both} out of one of them.`,
    );
  }
  return set.size + removed.size === 0 ? undefined : { set, removed };
}

/** Lists of objects with a name: those that are there keep their place. */
function variables(member: string, valueKey: string, change: Edit | undefined): ContainerMembers | undefined {
  if (change === undefined) return undefined;
  const { set, removed } = change;
  return (container) => {
    const existing = isJsonList(container[member]) ? container[member] : [];
    const stays = existing.filter((item) => !removed.has(nameOf(item) ?? ""));
    const names = new Set(stays.map(nameOf));
    const kept = stays.map((item) => {
      const value = set.get(nameOf(item) ?? "");
      return value === undefined || !isJsonObject(item) ? item : { ...item, [valueKey]: value };
    });
    const added = [...set].filter(([name]) => !names.has(name));
    const list = [...kept, ...added.map(([name, value]) => ({ name, [valueKey]: value }))];
    return list.length === 0 && container[member] === undefined ? {} : { [member]: list };
  };
}

function nameOf(item: JsonValue): string | undefined {
  return isJsonObject(item) && typeof item.name === "string" ? item.name : undefined;
}

function environmentFiles(arns: readonly string[]): ContainerMembers | undefined {
  if (arns.length === 0) return undefined;
  return () => ({ environmentFiles: arns.map((value) => ({ value, type: "s3" })) });
}

function labels(change: Edit | undefined): ContainerMembers | undefined {
  if (change === undefined) return undefined;
  const { set, removed } = change;
  return ({ dockerLabels }) => {
    const merged = Object.entries(mergedMap(dockerLabels, set)).filter(([name]) => !removed.has(name));
    return merged.length === 0 && dockerLabels === undefined ? {} : { dockerLabels: Object.fromEntries(merged) };
  };
}

function logConfiguration(logDriver: string | undefined, options: Pairs): ContainerMembers | undefined {
  if (logDriver === undefined && options.size === 0) return undefined;
  return (container) => {
    const existing = isJsonObject(container.logConfiguration) ? container.logConfiguration : {};
    return {
      logConfiguration: {
        ...existing,
        ...(logDriver === undefined ? {} : { logDriver }),
        ...(options.size === 0 ? {} : { options: mergedMap(existing.options, options) }),
      },
    };
  };
}

function mergedMap(existing: JsonValue | undefined, given: Pairs): JsonObject {
  return Object.fromEntries([...Object.entries(isJsonObject(existing) ? existing : {}), ...given]);
}

function command(given: string | undefined): ContainerMembers | undefined {
  if (given === undefined) return undefined;
  const words = commandWords(given);
  return () => ({ command: words });
}
