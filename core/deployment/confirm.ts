import { shortArn } from "../platform/arn.ts";
import type { Clients } from "../platform/aws/clients.ts";
import type { Run } from "../platform/run.ts";
import { describeService } from "../preflight/describe-service.ts";
import type { BegunDeployment } from "./begun.ts";
import { DeploymentStopper } from "./deployment-stopper.ts";
import { followDeployment } from "./follow.ts";
import { rolling } from "./rolling.ts";
import { Rollout } from "./rollout.ts";
import { ServiceReadings } from "./service-readings.ts";
import type { PinnedDeployment } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";

/** GitHub gives a cancelled job five minutes for all that is left to do. */
const rollbackWithinMs = 240_000;

/**
 * What became of a deployment whose run was cancelled or killed while it waited, in one sentence. Where a rollback was
 * wanted it is asked for, unless that was done already, and followed to its end; otherwise nothing is changed.
 * @throws {ToolkitError} where the service may not be read, or is gone
 */
export async function confirmDeployment(
  clients: Clients,
  begun: BegunDeployment,
  { rollBack, run }: { readonly rollBack: boolean; readonly run: Run },
): Promise<string> {
  const { clock, signal } = run;
  const pinned = pinnedOf(begun, clock.now() + rollbackWithinMs);
  const rollout = new Rollout(pinned);
  const service = await describeService(clients.ecs, pinned.name, signal);
  const { verdict } = rollout.observe(service, clock.now());
  const what = `deployment ${begun.id} of ${shortArn(begun.taskDefinitionArn)}`;
  if (verdict !== undefined) return inWords(what, verdict);
  const ours = service.deployments?.find(({ id }) => id === begun.id);
  const goesOn = `${what} goes on: ${ours?.runningCount ?? 0} of ${ours?.desiredCount ?? 0} running`;
  if (!rollBack) return goesOn;
  const asked = await new DeploymentStopper(clients.ecs, pinned, clock).rollBack(signal);
  if (!asked.requested) return `${goesOn}; its ${asked.words}`;
  const readings = new ServiceReadings(clients.ecs, { clock });
  const facts = { run, readings, startedAt: clock.now(), timeline: [] };
  return inWords(what, await followDeployment(rolling, clients, pinned, facts));
}

function pinnedOf(begun: BegunDeployment, deadline: number): PinnedDeployment {
  const { cluster, service, id, taskDefinitionArn, createdAt, previous } = begun;
  return {
    name: { cluster, service },
    id,
    taskDefinitionArn,
    createdAt: new Date(createdAt),
    earlierEvents: new Set(),
    previous,
    rollbackEnabled: previous !== undefined,
    desiredCount: undefined,
    replacesTasks: true,
    waitUntil: "deployed",
    onFailure: "leave",
    onCancel: "leave",
    deadline,
  };
}

function inWords(what: string, { outcome, reason, successor }: Verdict): string {
  switch (outcome) {
    case "deployed":
      return `${what} is complete`;
    case "rolled-back":
      return `${what} was rolled back: ${shortArn(successor?.taskDefinition ?? "")} is the service's revision`;
    case "timed-out":
      return `${what} was asked to roll back, which is not complete yet`;
    case "cancelled":
      return `${what} was asked to roll back; how that ends was not awaited`;
    default:
      return `${what} ${outcome === "failed" ? "failed" : "was superseded"}: ${reason}`;
  }
}
