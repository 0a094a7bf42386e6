import { ToolkitError } from "../platform/errors.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import type { LoadedTaskDefinition } from "./loaded.ts";
import { type Pairs, pairs } from "./pairs.ts";

/** `$${` is `${` itself; `${NAME}` is a variable; what else begins with `${`, as a shell's `${NAME:-1}`, is nothing. */
const placeholder = /\$\$\{|\$\{([A-Za-z_]\w*)\}/g;

/** Far above what ECS takes; keeps a long value in many places from filling memory. */
const maxExpandedLength = 1024 * 1024;

/**
 * Puts values in the places of `${NAME}` in a task definition's texts, keys excepted. The document is parsed already:
 * a value can be any text and never changes the structure, and a `${…}` in a value is text too.
 * @param items `NAME=value`; without any, nothing is a place
 * @throws {ToolkitError} TASK_DEFINITION_VARIABLE_UNDEFINED, which lists all that have no value and where they stand;
 *   INPUT_INVALID, TASK_DEFINITION_TOO_LARGE
 */
export function expandVariables(loaded: LoadedTaskDefinition, items: readonly string[]): LoadedTaskDefinition {
  if (items.length === 0) return loaded;
  const expansion: Expansion = { name: loaded.name, values: variableValues(items), missing: new Map(), length: 0 };
  const document = expandObject(loaded.document, "", expansion);
  if (expansion.missing.size > 0) throw undefinedVariables(expansion);
  return { ...loaded, document };
}

/**
 * The items with the values that the environment has for those that are a name alone, as `docker run --env` takes them.
 * Those that it has no value for stay as they are, which {@link expandVariables} refuses.
 */
export function withEnvironment(
  items: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return items.map((item) => {
    const value = item.includes("=") || !Object.hasOwn(environment, item) ? undefined : environment[item];
    return value === undefined ? item : `${item}=${value}`;
  });
}

interface Expansion {
  readonly name: string;
  readonly values: Pairs;
  /** Names to the paths of the texts that they stand in. */
  readonly missing: Map<string, Set<string>>;
  length: number;
}

function variableValues(items: readonly string[]): Pairs {
  const alone = items.flatMap((item, index) => (item.includes("=") ? [] : [shownName(item, index)]));
  if (alone.length === 0) return pairs("variables", items);
  throw new ToolkitError(
    "INPUT_INVALID",
    `variables: ${alone.join(", ")}: not set in the environment`,
    `Set ${alone.join(", ")} in the environment, or give NAME=value in variables.`,
  );
}

/** What is no name may be a further line of a value that has several, and a secret. */
function shownName(item: string, index: number): string {
  return /^[A-Za-z_]\w{0,39}$/.test(item) ? item : `item ${index + 1}`;
}

function expandObject(value: JsonObject, path: string, expansion: Expansion): JsonObject {
  const members = Object.entries(value).map(
    ([key, member]) => [key, expandValue(member, path === "" ? key : `${path}.${key}`, expansion)] as const,
  );
  return Object.fromEntries(members);
}

function expandValue(value: JsonValue, path: string, expansion: Expansion): JsonValue {
  if (typeof value === "string") return expandText(value, path, expansion);
  if (isJsonList(value)) return value.map((item, index) => expandValue(item, `${path}[${index}]`, expansion));
  return isJsonObject(value) ? expandObject(value, path, expansion) : value;
}

function expandText(text: string, path: string, expansion: Expansion): string {
  return text.replace(placeholder, (whole, name: string | undefined) => {
    if (name === undefined) return "${";
    const value = expansion.values.get(name);
    if (value === undefined) expansion.missing.set(name, (expansion.missing.get(name) ?? new Set()).add(path));
    expansion.length += value?.length ?? 0;
    if (expansion.length > maxExpandedLength) throw tooLarge(expansion.name);
    return value ?? whole;
  });
}

function undefinedVariables({ name, missing }: Expansion): ToolkitError {
  const places = [...missing].map(([variable, paths]) => `\${${variable}} (${[...paths].join(", ")})`);
  const names = [...missing.keys()].join(", ");
  return new ToolkitError(
    "TASK_DEFINITION_VARIABLE_UNDEFINED",
    `${name}: no value for ${places.join(", ")}`,
    `Give ${names} in variables; write $\${ where \${ itself is meant. Nothing was registered or updated.`,
  );
}

function tooLarge(name: string): ToolkitError {
  return new ToolkitError(
    "TASK_DEFINITION_TOO_LARGE",
    `${name}: the values of variables are longer than ${maxExpandedLength} characters together`,
    `Shorten the values that ${name} has places for.`,
  );
}
