import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import { type Pairs, pairs } from "./pairs.ts";

/** What is to be set in the task definition itself; left out or empty, it stays as it is. */
export interface TaskOverrides {
  readonly taskRoleArn?: string | undefined;
  readonly executionRoleArn?: string | undefined;
  /** CPU units or vCPUs, as ECS takes them; which pairs Fargate has is AWS's to say. */
  readonly cpu?: string | undefined;
  /** MiB or GB, as ECS takes them. */
  readonly memory?: string | undefined;
  /** `key=value`. */
  readonly taskDefinitionTags?: readonly string[];
}

/**
 * The task definition with what is to be set in it; itself where that is nothing.
 * @throws {ToolkitError} INPUT_INVALID
 */
export function overrideTask(document: JsonObject, overrides: TaskOverrides): JsonObject {
  const { taskRoleArn, executionRoleArn, cpu, memory, taskDefinitionTags } = overrides;
  const given = Object.entries({ taskRoleArn, executionRoleArn, cpu, memory });
  const set = given.filter((entry): entry is [string, string] => entry[1] !== undefined);
  const tags = pairs("task-definition-tags", taskDefinitionTags);
  if (set.length + tags.size === 0) return document;
  return {
    ...document,
    ...Object.fromEntries(set),
    ...(tags.size === 0 ? {} : { tags: mergedTags(document.tags, tags) }),
  };
}

function mergedTags(existing: JsonValue | undefined, given: Pairs): JsonValue {
  const others = (isJsonList(existing) ? existing : []).filter((tag) => !isJsonObject(tag) || !given.has(keyOf(tag)));
  return [...others, ...[...given].map(([key, value]) => ({ key, value }))];
}

function keyOf({ key }: JsonObject): string {
  return typeof key === "string" ? key : "";
}
