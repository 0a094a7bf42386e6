/** What the action does once its input is known to be right; loaded only then. */
import type { BegunDeployment } from "../../core/deployment/begun.ts";
import type { DeployInput } from "../../core/deployment/deploy-input.ts";
import { withEnvironment } from "../../core/task-definition/expand.ts";
import { deploy } from "../../core/trace/deploy.ts";
import type { Ending, Step } from "../run-action.ts";
import { actionEnding } from "./ending.ts";
import { WaitedFor } from "./state.ts";

/**
 * Deploys, and keeps for the post step what is under way while it waits.
 * @param environment where variables of the task definition may come from, and what the runner says of the commit
 */
export async function deployStep(input: DeployInput, step: Step, environment: NodeJS.ProcessEnv): Promise<Ending> {
  const waitedFor = new WaitedFor(step, input.onCancel);
  const variables = withEnvironment(input.variables, environment);
  const run = { ...step, begun: (deployment: BegunDeployment) => waitedFor.add(deployment) };
  try {
    const result = await deploy({ ...input, variables }, run, step.rehearsal);
    await waitedFor.end(result);
    return actionEnding(result, step.rehearsal, environment);
  } catch (error) {
    if (!step.signal.aborted) await waitedFor.end(undefined);
    throw error;
  }
}
