import * as v from "valibot";
import { inputSchema } from "../platform/input.ts";
import { text } from "../platform/input-fields.ts";
import type { JsonObject } from "../platform/json.ts";
import type { Run } from "../platform/run.ts";
import { checkTaskDefinition } from "./check.ts";
import { loadTaskDefinition } from "./load.ts";
import { renderTaskDefinition } from "./render.ts";

/** The input of {@link renderTaskDefinitionFile}. Names that the official action has keep their meaning. */
export const renderInput = inputSchema({
  "task-definition": text("The path of the task definition file, JSON or YAML."),
  image: text("The image to put in, as repository:tag or repository@sha256:…; takes the place of <IMAGE1_NAME>."),
  "container-name": v.optional(text("The container that gets the image, where the task definition has several.")),
});

export type RenderInput = ReturnType<typeof renderInput.parse>;

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
