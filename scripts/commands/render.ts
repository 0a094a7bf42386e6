import { renderTaskDefinitionFile } from "../../core/task-definition/render-file.ts";
import { renderInput } from "../../core/task-definition/render-input.ts";
import { defineVerb } from "../verb.ts";

/** What is printed is the task definition itself, so that `--json` changes nothing. */
export const render = defineVerb({
  name: "render",
  description: "Put an image into a task definition file and print the result as JSON. Calls no AWS API.",
  example: "ecs-pipeline render --task-definition taskdef.json --image web:3f9e1c2 > rendered.json",
  input: renderInput,
  async run(input, terminal) {
    terminal.json(await renderTaskDefinitionFile(input, terminal));
    return 0;
  },
});
