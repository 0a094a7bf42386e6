import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { ToolkitError } from "../platform/errors.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import { nearMiss } from "../platform/near-miss.ts";
import type { LoadedTaskDefinition } from "./loaded.ts";
import { type Shape, type TaskDefinitionShape, taskDefinitionShape } from "./shape.ts";

/** RegisterTaskDefinition's own limit on its request. */
const maxRequestBytes = 64 * 1024;

export interface CheckedTaskDefinition extends LoadedTaskDefinition {
  /** What can be registered: without read-only fields and nulls, with keys that this SDK does not know yet. */
  readonly document: JsonObject;
  /** The read-only fields that were left out. */
  readonly dropped: readonly string[];
  /** The paths of keys that the API model does not know and that are not near one that it knows. */
  readonly unknownKeys: readonly string[];
}

/**
 * Checks a task definition against the model of RegisterTaskDefinition, without a call.
 *
 * A key near a known one is an error, any other unknown key is kept and listed: it may be newer than the SDK.
 * Fields that only the API sets (`revision`, `status` …, as in a copy from the console) are dropped, as are nulls;
 * empty strings, lists and maps stay. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 * @throws {ToolkitError} TASK_DEFINITION_UNKNOWN_KEY, TASK_DEFINITION_INVALID, TASK_DEFINITION_TOO_LARGE
 */
export async function checkTaskDefinition(loaded: LoadedTaskDefinition): Promise<CheckedTaskDefinition> {
  const { name, document } = loaded;
  const { members, readOnly } = await taskDefinitionShape();
  const settable = Object.entries(document).filter(([key]) => !readOnly.has(key));
  const unknownKeys: string[] = [];
  const walk: Walk = { name, unknownKeys };
  const checked = checkStructure(Object.fromEntries(settable), members, "", walk);
  checkRequired(name, checked);
  checkSize(name, checked);
  const dropped = Object.keys(document).filter((key) => readOnly.has(key));
  return { ...loaded, document: checked, dropped, unknownKeys };
}

/** The request for a document that {@link checkTaskDefinition} passed, unknown keys included. */
export function registerRequest(checked: CheckedTaskDefinition): RegisterTaskDefinitionCommandInput {
  return checked.document as JsonObject & RegisterTaskDefinitionCommandInput;
}

interface Walk {
  readonly name: string;
  readonly unknownKeys: string[];
}

function checkStructure(
  value: JsonObject,
  members: TaskDefinitionShape["members"],
  path: string,
  walk: Walk,
): JsonObject {
  const kept: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member === null) continue;
    const memberPath = path === "" ? key : `${path}.${key}`;
    const shape = members.get(key);
    if (shape === undefined) noteUnknown(memberPath, key, members, walk);
    kept.push([key, shape === undefined ? member : checkValue(member, shape, memberPath, walk)]);
  }
  return Object.fromEntries(kept);
}

function checkValue(value: JsonValue, shape: Shape, path: string, walk: Walk): JsonValue {
  switch (shape.kind) {
    case "structure":
      return isJsonObject(value)
        ? checkStructure(value, shape.members, path, walk)
        : wrongType(value, shape, path, walk);
    case "list":
      if (!isJsonList(value)) return wrongType(value, shape, path, walk);
      return value.map((item, index) => checkValue(item, shape.value, `${path}[${index}]`, walk));
    case "map":
      return isJsonObject(value) ? checkMap(value, shape.value, path, walk) : wrongType(value, shape, path, walk);
    case "any":
      return value;
    default:
      return typeof value === shape.kind ? value : wrongType(value, shape, path, walk);
  }
}

function checkMap(value: JsonObject, shape: Shape, path: string, walk: Walk): JsonObject {
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, checkValue(item, shape, `${path}.${key}`, walk)]));
}

function noteUnknown(path: string, key: string, members: TaskDefinitionShape["members"], walk: Walk): void {
  const meant = nearMiss(key, members.keys());
  if (meant === undefined) {
    walk.unknownKeys.push(path);
    return;
  }
  throw new ToolkitError(
    "TASK_DEFINITION_UNKNOWN_KEY",
    `${walk.name}: ${path}: unknown key`,
    `Did you mean "${meant}"? Nothing was registered or updated.`,
  );
}

const described: Record<Shape["kind"], string> = {
  structure: "an object",
  map: "an object",
  list: "a list",
  string: "a string",
  number: "a number",
  boolean: "true or false",
  any: "anything",
};

function wrongType(value: JsonValue, shape: Shape, path: string, walk: Walk): never {
  const scalar = typeof value !== "object";
  const found = scalar ? JSON.stringify(value) : isJsonList(value) ? "a list" : value === null ? "null" : "an object";
  const quote =
    scalar && shape.kind === "string" ? `Write it in quotes: "${value}".` : `Correct ${path} in ${walk.name}.`;
  throw new ToolkitError(
    "TASK_DEFINITION_INVALID",
    `${walk.name}: ${path}: must be ${described[shape.kind]}, is ${found}`,
    `${quote} Nothing was registered or updated.`,
  );
}

function checkRequired(name: string, document: JsonObject): void {
  const missing = ["family", "containerDefinitions"].find((key) => document[key] === undefined || document[key] === "");
  const { containerDefinitions } = document;
  if (missing === undefined && isJsonList(containerDefinitions) && containerDefinitions.length > 0) return;
  throw new ToolkitError(
    "TASK_DEFINITION_INVALID",
    `${name}: ${missing ?? "containerDefinitions"}: is ${missing === undefined ? "empty" : "missing"}`,
    `Give ${missing ?? "at least one container"} in ${name}. Nothing was registered or updated.`,
  );
}

function checkSize(name: string, document: JsonObject): void {
  const bytes = Buffer.byteLength(JSON.stringify(document));
  if (bytes <= maxRequestBytes) return;
  throw new ToolkitError(
    "TASK_DEFINITION_TOO_LARGE",
    `${name}: is ${bytes} bytes as a request: Amazon ECS takes up to ${maxRequestBytes}`,
    `Shorten ${name}: move environment into environmentFiles or secrets.`,
  );
}
