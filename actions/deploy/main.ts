import { deployInput } from "../../core/deployment/deploy-input.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { runAction } from "../run-action.ts";
import { notBuilt } from "./not-built.ts";

process.exitCode = await runAction({
  input: deployInput,
  notBuilt,
  file: ({ taskDefinition }) => taskDefinition,
  async run(input, step) {
    const { deployService } = await import("../../core/deployment/deploy-service.ts");
    const { resultLines } = await import("../../core/report/result-lines.ts");
    const { deploySummary } = await import("../../core/report/summary.ts");
    const result = await deployService(awsClients(), input, step);
    const { outcome, taskDefinitionArn, deploymentId, proof, error } = result;
    return {
      outputs: {
        outcome,
        proof: proof.status,
        "task-definition-arn": taskDefinitionArn,
        "deployment-id": deploymentId,
        "summary-json": JSON.stringify(result),
      },
      report: resultLines(result).map(({ label, text, tone }) => (tone === "plain" ? label.padEnd(9) + text : text)),
      summary: deploySummary(result, step.rehearsal),
      failure: error && { ...error, message: `${outcome}: ${error.message}` },
    };
  },
});
