import type { ReadFile } from "../platform/read-up-to.ts";
import { loadTaskDefinitionFile } from "./load-file.ts";
import type { ReadTaskDefinition } from "./load-revision.ts";
import type { LoadedTaskDefinition } from "./loaded.ts";
import type { TaskDefinitionSource } from "./source.ts";

/**
 * Loads a task definition from where it is. The code that calls Amazon ECS is loaded only for what is registered there.
 * @throws {ToolkitError} TASK_DEFINITION_UNREADABLE, TASK_DEFINITION_INVALID for a file; TASK_DEFINITION_NOT_FOUND,
 *   ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_…, or what the call itself failed with, for what is registered
 */
export async function loadTaskDefinition(
  ecs: ReadTaskDefinition,
  source: TaskDefinitionSource,
  signal: AbortSignal,
  read?: ReadFile,
): Promise<LoadedTaskDefinition> {
  if (source.kind === "file") return loadTaskDefinitionFile(source.path, read);
  const { loadRevision, revisionOfService } = await import("./load-revision.ts");
  const revision = source.kind === "revision" ? source.revision : await revisionOfService(ecs, source, signal);
  return loadRevision(ecs, revision, signal);
}
