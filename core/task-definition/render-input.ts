import * as v from "valibot";
import { inputSchema } from "../platform/input.ts";
import { text } from "../platform/input-fields.ts";
import { overrideEntries } from "./override-input.ts";

/** The input of renderTaskDefinitionFile. Names that the official action has keep their meaning. */
export const renderInput = inputSchema({
  "task-definition": text("The path of the task definition file, JSON or YAML."),
  image: text("The image to put in, as repository:tag or repository@sha256:…; takes the place of <IMAGE1_NAME>."),
  "container-name": v.optional(
    text("The container to change, where the task definition has several; more than one with commas between them."),
  ),
  ...overrideEntries,
});

export type RenderInput = ReturnType<typeof renderInput.parse>;
