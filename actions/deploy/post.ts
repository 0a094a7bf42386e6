import type { BegunDeployment } from "../../core/deployment/begun.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { runPost } from "../run-post.ts";
import { state } from "./state.ts";

/** Confirms what became of deployments whose main step was cancelled or killed; after every other end it does nothing. */
process.exitCode = await runPost(async (step) => {
  const begun = step.readState(state.begun);
  if (begun === undefined || !["cancelled", undefined].includes(step.readState(state.outcome))) return {};
  const { confirmDeployment } = await import("../../core/deployment/confirm.ts");
  const rollBack = step.readState(state.onCancel) === "rollback";
  const clients = awsClients();
  const deployments = begun.split("\n").map((line) => JSON.parse(line) as BegunDeployment);
  const found = await Promise.all(
    deployments.map(
      async (each) => [each.service, await confirmDeployment(clients, each, { rollBack, run: step })] as const,
    ),
  );
  return { report: found.map(([service, line]) => `${"now".padEnd(9)}${service}: ${line}`) };
});
