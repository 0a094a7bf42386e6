import { inputSchema } from "../platform/input.ts";
import { overrideEntries } from "./override-input.ts";
import { taskDefinitionSource } from "./source.ts";
import { sourceEntries } from "./source-input.ts";

/** The input of renderFromSource. Names that the official action has keep their meaning. */
export const renderInput = inputSchema({ ...sourceEntries, ...overrideEntries }, taskDefinitionSource);

export type RenderInput = ReturnType<typeof renderInput.parse>;
