import { mkdtemp, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { renderInput } from "../../core/task-definition/render-input.ts";
import { taskDefinitionFile } from "../../core/task-definition/source.ts";
import { runAction } from "../run-action.ts";

process.exitCode = await runAction({
  input: renderInput,
  notBuilt: [],
  file: taskDefinitionFile,
  async run(input, step) {
    const { ecsClient } = await import("../../core/platform/aws/ecs-client.ts");
    const { withEnvironment } = await import("../../core/task-definition/expand.ts");
    const { renderFromSource } = await import("../../core/task-definition/render-from-source.ts");
    const variables = withEnvironment(input.variables, process.env);
    const { name, document } = await renderFromSource(ecsClient(), { ...input, variables }, step);
    // A folder of its own, so that the file keeps the name that messages show.
    const folder = await mkdtemp(join(step.temporaryFolder, "task-definition-"));
    const path = join(folder, `${parse(name).name.replaceAll(":", "-")}.json`);
    await writeFile(path, `${JSON.stringify(document, null, 2)}\n`);
    return { outputs: { "task-definition": path }, report: [`✔ rendered    ${path}`] };
  },
});
