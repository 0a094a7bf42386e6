import type { JsonObject } from "../platform/json.ts";
import type { Run } from "../platform/run.ts";
import type { ReadTaskDefinition } from "./load-revision.ts";
import { prepareTaskDefinition } from "./prepare.ts";
import { requireImages } from "./render.ts";
import type { RenderInput } from "./render-input.ts";

/** A task definition, and what to call it. */
export interface RenderedTaskDefinition {
  /** The name of its file, or `web:41`. */
  readonly name: string;
  /** What RegisterTaskDefinition takes. */
  readonly document: JsonObject;
}

/**
 * Loads, checks and renders a task definition. From a file it makes no call to AWS.
 * @throws {ToolkitError} INPUT_INVALID, TASK_DEFINITION_…; for what is registered, what reading it failed with
 */
export async function renderFromSource(
  ecs: ReadTaskDefinition,
  input: RenderInput,
  { log, signal }: Pick<Run, "log" | "signal">,
): Promise<RenderedTaskDefinition> {
  const rendered = await prepareTaskDefinition(ecs, input, { signal, note: (line) => log.warn(line) });
  if (input.image === undefined && input.images.length === 0) {
    requireImages(rendered);
    log.warn(`${rendered.name}: no image was given, each container keeps the one that it has`);
  }
  return { name: rendered.name, document: rendered.document };
}
