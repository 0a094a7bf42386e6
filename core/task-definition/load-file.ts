import { basename, extname, resolve } from "node:path";
import { ToolkitError } from "../platform/errors.ts";
import { isJsonObject, type JsonValue } from "../platform/json.ts";
import { parseYaml } from "../platform/parse-yaml.ts";
import { type ReadFile, readUpTo } from "../platform/read-up-to.ts";
import type { LoadedTaskDefinition } from "./loaded.ts";

/** Far above what ECS takes (64 KB of JSON), for comments and indentation; keeps a wrong path from filling memory. */
const maxFileBytes = 1024 * 1024;

/** Far above what a task definition needs; keeps what walks it from running out of stack. */
const maxDepth = 32;

/**
 * Reads a task definition from a `.json`, `.yaml` or `.yml` file; any other name is read as JSON. Nothing in the file
 * is ever executed.
 * @throws {ToolkitError} TASK_DEFINITION_UNREADABLE, TASK_DEFINITION_INVALID
 */
export async function loadTaskDefinitionFile(path: string, read: ReadFile = readUpTo): Promise<LoadedTaskDefinition> {
  const file = basename(path);
  const text = await readText(path, read);
  const value = [".yaml", ".yml"].includes(extname(path).toLowerCase())
    ? await fromYaml(file, text)
    : fromJson(file, text);
  if (!isJsonObject(value)) throw invalid(file, "is not an object with family and containerDefinitions");
  requireJson(file, value);
  return { name: file, document: value };
}

async function readText(path: string, read: ReadFile): Promise<string> {
  try {
    const bytes = await read(path, maxFileBytes + 1);
    if (bytes.length > maxFileBytes) throw invalid(basename(path), `is larger than ${maxFileBytes} bytes`);
    return bytes.toString("utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    if (cause instanceof ToolkitError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ToolkitError(
      "TASK_DEFINITION_UNREADABLE",
      `${path}: ${why}`,
      `Give the path of a task definition file: ${resolve(path)} is none.`,
      { cause },
    );
  }
}

function fromJson(file: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw invalid(file, `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

async function fromYaml(file: string, text: string): Promise<JsonValue> {
  try {
    return (await parseYaml(text, { merge: true, stringKeys: true })).toJS() as JsonValue;
  } catch (cause) {
    const firstLine = (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0] ?? "";
    throw invalid(file, `is not YAML: ${firstLine.replace(/:$/, "")}`, cause);
  }
}

/** YAML can say more than JSON: a list inside itself by an alias, numbers that are none. */
function requireJson(file: string, value: JsonValue, depth = 1): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw invalid(file, `${value} is not a number of JSON`);
  if (typeof value !== "object" || value === null) return;
  if (depth > maxDepth) throw invalid(file, `is nested deeper than ${maxDepth} levels`);
  for (const member of Object.values(value)) requireJson(file, member, depth + 1);
}

function invalid(file: string, why: string, cause?: unknown): ToolkitError {
  return new ToolkitError("TASK_DEFINITION_INVALID", `${file}: ${why}`, `Correct ${file}.`, { cause });
}
