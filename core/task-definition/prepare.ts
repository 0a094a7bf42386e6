import type { ReadFile } from "../platform/read-up-to.ts";
import { type CheckedTaskDefinition, checkTaskDefinition } from "./check.ts";
import { diffTaskDefinitions } from "./diff.ts";
import { expandVariables } from "./expand.ts";
import { loadTaskDefinition } from "./load.ts";
import type { ReadTaskDefinition } from "./load-revision.ts";
import { type Rendering, renderTaskDefinition } from "./render.ts";
import { type SourceInput, taskDefinitionSource } from "./source.ts";

export interface PrepareOptions {
  readonly signal: AbortSignal;
  /** Hears what was left out or is not known. */
  readonly note: (line: string) => void;
  /** Reads the file, where there is one; from the disk where it is left out. */
  readonly read?: ReadFile | undefined;
}

/**
 * A task definition out of what the input says of it: loaded from its source, `${NAME}` expanded, checked, rendered.
 * It still is the registered revision that it was loaded from (`revision`) where rendering changed nothing in it.
 * @throws {ToolkitError} INPUT_INVALID, TASK_DEFINITION_…; for what is registered, what reading it failed with
 */
export async function prepareTaskDefinition(
  ecs: ReadTaskDefinition,
  input: SourceInput & Rendering,
  { signal, note, read }: PrepareOptions,
): Promise<CheckedTaskDefinition> {
  const loaded = await loadTaskDefinition(ecs, taskDefinitionSource(input), signal, read);
  const checked = await checkTaskDefinition(expandVariables(loaded, input.variables));
  if (checked.dropped.length > 0)
    note(`${checked.name}: left out what only the API sets: ${checked.dropped.join(", ")}`);
  for (const path of checked.unknownKeys) note(`${checked.name}: ${path}: unknown key, kept as it is`);
  const rendered = renderTaskDefinition(checked, input);
  const same = diffTaskDefinitions(checked.document, rendered.document).length === 0;
  return same ? rendered : { ...rendered, revision: undefined };
}
