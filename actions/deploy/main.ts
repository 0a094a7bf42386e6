import { deployInput } from "../../core/deployment/deploy-input.ts";
import { taskDefinitionFile } from "../../core/task-definition/source.ts";
import { runAction } from "../run-action.ts";
import { notBuilt } from "./not-built.ts";

process.exitCode = await runAction({
  input: deployInput,
  notBuilt,
  file: taskDefinitionFile,
  async run(input, step) {
    const { deployStep } = await import("./work.ts");
    return deployStep(input, step, process.env);
  },
});
