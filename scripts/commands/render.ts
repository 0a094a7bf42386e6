import { ecsClient } from "../../core/platform/aws/ecs-client.ts";
import { withEnvironment } from "../../core/task-definition/expand.ts";
import { renderFromSource } from "../../core/task-definition/render-from-source.ts";
import { renderInput } from "../../core/task-definition/render-input.ts";
import { defineVerb } from "../verb.ts";

/** What is printed is the task definition itself, so that `--json` changes nothing. */
export const render = defineVerb({
  name: "render",
  description: "Render a task definition and print the result as JSON. From a file it calls no AWS API.",
  example: "ecs-pipeline render --task-definition taskdef.json --image web:3f9e1c2 > rendered.json",
  input: renderInput,
  async run(input, terminal) {
    const variables = withEnvironment(input.variables, process.env);
    terminal.json((await renderFromSource(ecsClient(), { ...input, variables }, terminal)).document);
    return 0;
  },
});
