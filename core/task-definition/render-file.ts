import type { JsonObject } from "../platform/json.ts";
import type { Run } from "../platform/run.ts";
import { checkTaskDefinition } from "./check.ts";
import { loadTaskDefinition } from "./load.ts";
import { renderTaskDefinition } from "./render.ts";
import type { RenderInput } from "./render-input.ts";

/**
 * Reads, checks and renders a task definition file without a call to AWS.
 * @returns what RegisterTaskDefinition takes
 * @throws {ToolkitError} TASK_DEFINITION_…
 */
export async function renderTaskDefinitionFile(input: RenderInput, { log }: Pick<Run, "log">): Promise<JsonObject> {
  const checked = await checkTaskDefinition(await loadTaskDefinition(input.taskDefinition));
  if (checked.dropped.length > 0)
    log.warn(`${checked.file}: left out what only the API sets: ${checked.dropped.join(", ")}`);
  for (const path of checked.unknownKeys) log.warn(`${checked.file}: ${path}: unknown key, kept as it is`);
  return renderTaskDefinition(checked, input).document;
}
