/** What the action does once its input is known to be right; loaded only then. */
import type { BegunDeployment } from "../../core/deployment/begun.ts";
import type { DeployInput } from "../../core/deployment/deploy-input.ts";
import { deployService } from "../../core/deployment/deploy-service.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { withEnvironment } from "../../core/task-definition/expand.ts";
import type { Ending, Step } from "../run-action.ts";
import { actionEnding } from "./ending.ts";
import { state } from "./state.ts";

/**
 * Deploys, and keeps for the post step what is under way while it waits.
 * @param environment where variables of the task definition may come from, and what the runner says of the commit
 */
export async function deployStep(input: DeployInput, step: Step, environment: NodeJS.ProcessEnv): Promise<Ending> {
  const waitedFor: BegunDeployment[] = [];
  const begun = async (deployment: BegunDeployment) => {
    if (waitedFor.push(deployment) === 1) await step.saveState(state.onCancel, input.onCancel);
    await step.saveState(state.begun, waitedFor.map((each) => JSON.stringify(each)).join("\n"));
  };
  const clients = awsClients({ maxRetries: input.maxRetries });
  const variables = withEnvironment(input.variables, environment);
  const result = await deployService(clients, { ...input, variables }, { ...step, begun });
  if (waitedFor.length > 0) await step.saveState(state.outcome, result.outcome);
  return actionEnding(result, step.rehearsal, environment);
}
