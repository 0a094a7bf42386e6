import { open } from "node:fs/promises";
import { basename, extname } from "node:path";
import { parseDocument } from "yaml";
import { ToolkitError } from "../platform/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";

/** Far above what ECS takes (64 KB of JSON), for comments and indentation; keeps a wrong path from filling memory. */
const maxFileBytes = 1024 * 1024;

/** A task definition as its file says it, and the file's name for messages. */
export interface LoadedTaskDefinition {
  readonly file: string;
  readonly document: JsonObject;
}

/**
 * Reads a task definition from a `.json`, `.yaml` or `.yml` file; any other name is read as JSON. Nothing in the file
 * is ever executed.
 * @throws {ToolkitError} TASK_DEFINITION_UNREADABLE, TASK_DEFINITION_INVALID
 */
export async function loadTaskDefinition(path: string): Promise<LoadedTaskDefinition> {
  const file = basename(path);
  const text = await readText(path);
  const value = [".yaml", ".yml"].includes(extname(path).toLowerCase()) ? fromYaml(file, text) : fromJson(file, text);
  if (!isJsonObject(value)) throw invalid(file, "is not an object with family and containerDefinitions");
  return { file, document: value };
}

async function readText(path: string): Promise<string> {
  try {
    await using handle = await open(path);
    const buffer = Buffer.alloc(maxFileBytes + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > maxFileBytes) throw invalid(basename(path), `is larger than ${maxFileBytes} bytes`);
    return buffer.toString("utf8", 0, bytesRead).replace(/^\uFEFF/, "");
  } catch (cause) {
    if (cause instanceof ToolkitError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ToolkitError(
      "TASK_DEFINITION_UNREADABLE",
      `${path}: ${why}`,
      "Give the path of a task definition file.",
      {
        cause,
      },
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

function fromYaml(file: string, text: string): JsonValue {
  try {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as JsonValue;
  } catch (cause) {
    const firstLine = (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0] ?? "";
    throw invalid(file, `is not YAML: ${firstLine.replace(/:$/, "")}`, cause);
  }
}

function invalid(file: string, why: string, cause?: unknown): ToolkitError {
  return new ToolkitError("TASK_DEFINITION_INVALID", `${file}: ${why}`, `Correct ${file}.`, { cause });
}
