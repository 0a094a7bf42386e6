import { deployInput } from "../../core/deployment/deploy-input.ts";
import { succeeded } from "../../core/deployment/deploy-result.ts";
import { systemClock } from "../../core/platform/clock.ts";
import { rehearsalEndpoint } from "../../core/report/rehearsal.ts";
import { resultLines } from "../../core/report/result-lines.ts";
import { withEnvironment } from "../../core/task-definition/expand.ts";
import { deploy as deployService } from "../../core/trace/deploy.ts";
import { defineVerb } from "../verb.ts";

export const deploy = defineVerb({
  name: "deploy",
  description: "Deploy a task definition to an ECS service and say what came of it.",
  example:
    "ecs-pipeline deploy --task-definition taskdef.json --image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:3f9e1c2 \\\n" +
    "    --cluster ecs-demo --service web --wait-until deployed",
  input: deployInput,
  async run(input, terminal, { json }) {
    const { log, signal } = terminal;
    const variables = withEnvironment(input.variables, process.env);
    const rehearsal = rehearsalEndpoint(process.env);
    const result = await deployService({ ...input, variables }, { log, signal, clock: systemClock }, rehearsal);
    terminal.report(resultLines(result, { linked: rehearsal === undefined }));
    if (json) terminal.json(result);
    return succeeded(result) ? 0 : 1;
  },
});
