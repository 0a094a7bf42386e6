/** A key of one wrong letter, at every level that a task definition has: the levels are those of the SDK's own schema. */
import { type Shape, taskDefinitionShape } from "../../core/task-definition/shape.ts";
import type { Failure } from "./failure.ts";
import { refused } from "./inputs.failures.ts";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A structure of a task definition. */
export interface Level {
  /** With an index for each list: `containerDefinitions[0].portMappings[0]`; empty for the task definition itself. */
  readonly path: string;
  readonly keys: readonly string[];
  /** A task definition that has nothing but a structure there, with this in it. */
  readonly around: (structure: { [key: string]: Json }) => { [key: string]: Json };
}

/** Every structure that a task definition can have in it, each once. */
export async function levels(): Promise<readonly Level[]> {
  const { members } = await taskDefinitionShape();
  return below({ kind: "structure", members }, "", (structure) => structure as { [key: string]: Json });
}

function below(shape: Shape, path: string, around: (value: Json) => { [key: string]: Json }): Level[] {
  switch (shape.kind) {
    case "structure": {
      const inner = [...shape.members].flatMap(([key, member]) =>
        below(member, path === "" ? key : `${path}.${key}`, (value) => around({ [key]: value })),
      );
      return [{ path, keys: [...shape.members.keys()], around }, ...inner];
    }
    case "list":
      return below(shape.value, `${path}[0]`, (value) => around([value]));
    case "map":
      return below(shape.value, `${path}.key`, (value) => around({ key: value }));
    default:
      return [];
  }
}

/** `name` with its last letter but one left out: near to it, and no other key's name. */
function misspelt(name: string): string {
  return `${name.slice(0, -2)}${name.slice(-1)}`;
}

/** One for each level, of the level's longest key: those are misspelt. */
export const keyFailures: readonly Failure[] = (await levels()).map(({ path, keys, around }) => {
  const [key = ""] = [...keys].sort((a, b) => b.length - a.length);
  const at = `${path === "" ? "" : `${path}.`}${misspelt(key)}`;
  return refused(
    `misspelt key: ${at}`,
    { edit: (definition) => merged(JSON.parse(JSON.stringify(definition)), around({ [misspelt(key)]: "" })) },
    {
      outcome: "TASK_DEFINITION_UNKNOWN_KEY",
      why: new RegExp(`^taskdef-\\d+\\.json: ${at.replace(/[[\].]/g, "\\$&")}: unknown key$`),
      fix: new RegExp(`^Did you mean "${key}"\\? Nothing was registered or updated\\.$`),
    },
  );
});

/** The first item of the one list into the first of the other, so that the task definition is one otherwise. */
function merged(into: { [key: string]: Json }, from: { [key: string]: Json }): { [key: string]: Json } {
  const both = Object.entries(from).map(([key, value]) => [key, mergedValue(into[key], value)]);
  return { ...into, ...Object.fromEntries(both) };
}

function mergedValue(into: Json | undefined, from: Json): Json {
  if (Array.isArray(into) && Array.isArray(from)) return [mergedValue(into[0], from[0] ?? null), ...into.slice(1)];
  return isObject(into) && isObject(from) ? merged(into, from) : from;
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
