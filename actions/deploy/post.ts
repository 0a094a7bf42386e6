import type { BegunDeployment } from "../../core/deployment/begun.ts";
import { awsClients } from "../../core/platform/aws/clients.ts";
import { runPost } from "../run-post.ts";
import { state } from "./state.ts";

/** Confirms what became of deployments whose main step was cancelled or killed; after every other end it does nothing. */
process.exitCode = await runPost(async (step) => {
  const begun = step.readState(state.begun);
  if (begun === undefined) return {};
  const { confirmEach } = await import("./confirm-each.ts");
  const rollBack = step.readState(state.onCancel) === "rollback";
  const deployments = begun.split("\n").map((line) => JSON.parse(line) as BegunDeployment);
  return confirmEach(awsClients(), deployments, { rollBack, run: step });
});
