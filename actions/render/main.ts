import { mkdtemp, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { renderInput } from "../../core/task-definition/render-input.ts";
import { runAction } from "../run-action.ts";

process.exitCode = await runAction({
  input: renderInput,
  notBuilt: ["task-definition-arn", "task-definition-family", "task-definition-revision"],
  file: ({ taskDefinition }) => taskDefinition,
  async run(input, step) {
    const { renderTaskDefinitionFile } = await import("../../core/task-definition/render-file.ts");
    const rendered = await renderTaskDefinitionFile(input, step);
    // A folder of its own, so that the file keeps the name that messages show.
    const folder = await mkdtemp(join(step.temporaryFolder, "task-definition-"));
    const path = join(folder, `${parse(input.taskDefinition).name}.json`);
    await writeFile(path, `${JSON.stringify(rendered, null, 2)}\n`);
    return { outputs: { "task-definition": path }, report: [`✔ rendered    ${path}`] };
  },
});
