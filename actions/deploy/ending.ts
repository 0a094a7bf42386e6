import type { DeployResult } from "../../core/deployment/deploy-result.ts";
import { resultLines } from "../../core/report/result-lines.ts";
import { deploySummary } from "../../core/report/summary.ts";
import type { Ending } from "../run-action.ts";

/**
 * A deployment's result as a step's outputs, report and job summary.
 * @param environment what the runner says of the commit and the run
 */
export function actionEnding(
  result: DeployResult,
  rehearsal: string | undefined,
  environment: NodeJS.ProcessEnv,
): Ending {
  const { outcome, taskDefinitionArn, deploymentId, proof, error } = result;
  const linked = rehearsal === undefined;
  return {
    outputs: {
      outcome,
      proof: proof.status,
      "task-definition-arn": taskDefinitionArn,
      "deployment-id": deploymentId,
      "summary-json": JSON.stringify(result),
    },
    report: resultLines(result, { linked }).map(({ label, text, tone }) =>
      tone === "plain" ? label.padEnd(9) + text : text,
    ),
    summary: deploySummary(result, { rehearsal, ...commitOf(environment) }),
    failure: error && { ...error, message: `${outcome}: ${error.message}` },
  };
}

/** https://docs.github.com/actions/reference/workflows-and-actions/variables */
function commitOf({ GITHUB_SHA, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: NodeJS.ProcessEnv) {
  if (!GITHUB_SHA) return {};
  const repository = GITHUB_SERVER_URL && GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
  return {
    commit: {
      sha: GITHUB_SHA,
      url: repository ? `${repository}/commit/${GITHUB_SHA}` : undefined,
      runUrl: repository && GITHUB_RUN_ID ? `${repository}/actions/runs/${GITHUB_RUN_ID}` : undefined,
    },
  };
}
