import type { DeployInput } from "../deployment/deploy-input.ts";
import type { DeployResult } from "../deployment/deploy-result.ts";
import { deployService } from "../deployment/deploy-service.ts";
import type { DeployRun } from "../deployment/facts.ts";
import { awsClients } from "../platform/aws/clients.ts";

/**
 * Deploys with the clients that the surroundings configure, and records that where the input asks for it.
 * @param rehearsal the endpoint, where it is not AWS
 * @throws {ToolkitError} what deployService throws; INPUT_INVALID where the file of `record` cannot be made
 */
export async function deploy(input: DeployInput, run: DeployRun, rehearsal: string | undefined): Promise<DeployResult> {
  const settings = { maxRetries: input.maxRetries };
  if (input.record === undefined) return deployService(awsClients(settings), input, run);
  const { recordDeployment } = await import("./record-deployment.ts");
  return recordDeployment(input, { path: input.record, settings, run, rehearsal });
}
