import { type CheckedTaskDefinition, checkTaskDefinition } from "./check.ts";
import { diffTaskDefinitions } from "./diff.ts";
import { expandVariables } from "./expand.ts";
import { loadTaskDefinition } from "./load.ts";
import type { ReadTaskDefinition } from "./load-revision.ts";
import { type Rendering, renderTaskDefinition } from "./render.ts";
import { type SourceInput, taskDefinitionSource } from "./source.ts";

/**
 * A task definition out of what the input says of it: loaded from its source, `${NAME}` expanded, checked, rendered.
 * It still is the registered revision that it was loaded from (`revision`) where rendering changed nothing in it.
 * @param note hears what was left out or is not known
 * @throws {ToolkitError} INPUT_INVALID, TASK_DEFINITION_…; for what is registered, what reading it failed with
 */
export async function prepareTaskDefinition(
  ecs: ReadTaskDefinition,
  input: SourceInput & Rendering,
  { signal, note }: { readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<CheckedTaskDefinition> {
  const loaded = await loadTaskDefinition(ecs, taskDefinitionSource(input), signal);
  const checked = await checkTaskDefinition(expandVariables(loaded, input.variables));
  if (checked.dropped.length > 0)
    note(`${checked.name}: left out what only the API sets: ${checked.dropped.join(", ")}`);
  for (const path of checked.unknownKeys) note(`${checked.name}: ${path}: unknown key, kept as it is`);
  const rendered = renderTaskDefinition(checked, input);
  const same = diffTaskDefinitions(checked.document, rendered.document).length === 0;
  return same ? rendered : { ...rendered, revision: undefined };
}
