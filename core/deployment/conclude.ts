import type { Service } from "@aws-sdk/client-ecs";
import { diagnose } from "../diagnosis/diagnose.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { shortArn } from "../platform/arn.ts";
import type { Clients } from "../platform/aws/clients.ts";
import type { Log } from "../platform/log.ts";
import { withinLimit } from "../platform/time-limit.ts";
import { begunDeployment } from "./begun.ts";
import { awaited } from "./deploy-input.ts";
import type { DeployResult } from "./deploy-result.ts";
import type { Facts } from "./facts.ts";
import { followDeployment } from "./follow.ts";
import { deployResult } from "./make-result.ts";
import { hasFailed } from "./nothing-to-do.ts";
import { pinDeployment } from "./pin.ts";
import { primaryOf } from "./primary.ts";
import { type Proof, proveDeployment } from "./proof.ts";
import type { PinnedDeployment } from "./strategy.ts";
import { supersededBy, type Verdict } from "./verdict.ts";

/** The verdict stands: how long its proof or explanation may be gathered. Each is a few reads. */
const afterwardsMs = 10_000;

/** A deployment that is under way. */
export interface Started {
  /** As UpdateService answered it, or as it was read where a deployment in flight is joined. */
  readonly service: Service;
  /** The revision that the service is moving to. */
  readonly taskDefinitionArn: string;
}

/**
 * Pins the deployment, follows it to its verdict where that was asked for, proves or explains it.
 * @throws {ToolkitError} where the watch cannot go on; the message says what goes on without it
 */
export async function conclude(clients: Clients, facts: Facts, started: Started): Promise<DeployResult> {
  const { plan, input, run } = facts;
  const { service, taskDefinitionArn } = started;
  const waitUntil = awaited(input);
  const pinned = pinDeployment({
    name: plan.name,
    service,
    before: plan.service,
    taskDefinitionArn,
    desiredCount: plan.settings.request.desiredCount,
    waitUntil: waitUntil ?? "deployed",
    onFailure: input.onFailure,
    onCancel: input.onCancel,
    deadline: run.clock.now() + input.waitForMinutes * 60_000,
  });
  noteOthers(plan.service, service, run.log);
  const known = knownAlready(pinned, service, waitUntil !== undefined);
  if (known === undefined && waitUntil === undefined) {
    return deployResult(facts, { outcome: "started", service, pinned });
  }
  if (known === undefined) await run.begun?.(begunDeployment(pinned));
  const verdict = known ?? (await followDeployment(plan.strategy, clients, pinned, facts));
  const end = verdict.service ?? service;
  const proof = verdict.outcome === "deployed" ? await prove(clients, facts, pinned, end) : undefined;
  const diagnosis = await explain(clients, facts, pinned, { ...verdict, service: end });
  return deployResult(facts, { outcome: verdict.outcome, service: end, pinned, verdict, proof, diagnosis });
}

/** A deployment that somebody began between our reading and our update, which has taken its place: they must know. */
function noteOthers(before: Service, after: Service, log: Log): void {
  const known = new Set(before.deployments?.map(({ id }) => id));
  const theirs = after.deployments?.filter(({ id, status }) => status !== "PRIMARY" && !known.has(id)) ?? [];
  for (const { id, taskDefinition = "" } of theirs) {
    log.warn(
      `this update took the place of deployment ${id} of ${shortArn(taskDefinition)}, begun by somebody else meanwhile`,
    );
  }
}

/**
 * What needs no watch: somebody else's revision came between our reading and our update, which carried no task
 * definition; or the deployment that was joined has failed. One that fails while it is waited for may still roll back.
 */
function knownAlready(pinned: PinnedDeployment, service: Service, waiting: boolean): Verdict | undefined {
  const primary = primaryOf(service);
  if (primary?.taskDefinition === undefined) return undefined;
  if (primary.taskDefinition !== pinned.taskDefinitionArn) return supersededBy(primary, service);
  if (waiting || !hasFailed(service)) return undefined;
  return { outcome: "failed", reason: primary.rolloutStateReason ?? "the deployment failed", service };
}

function prove(clients: Clients, { plan, run }: Facts, pinned: PinnedDeployment, service: Service): Promise<Proof> {
  const subject = { pinned, service, taskDefinition: plan.target.document };
  return withinLimit(afterwardsMs, run, (ending) => proveDeployment(clients, subject, ending));
}

/**
 * A deployment that was superseded, left by a cancelled run, or deleted with its service has not failed: there is nothing
 * to explain. A run that was ended reads no more.
 */
async function explain(
  clients: Clients,
  { plan, run }: Facts,
  pinned: PinnedDeployment,
  verdict: Verdict & { service: Service },
): Promise<Diagnosis | undefined> {
  if (run.signal.aborted || !["rolled-back", "failed", "timed-out"].includes(verdict.outcome)) return undefined;
  const { service, reason } = verdict;
  if (service.status !== undefined && service.status !== "ACTIVE") return undefined;
  const { name, id: deploymentId, createdAt: since } = pinned;
  const failed = { name, service, deploymentId, since, taskDefinition: plan.target.document, reason };
  const found = await withinLimit(afterwardsMs, run, (ending) => diagnose(clients, failed, ending));
  return verdict.undone === undefined ? found : { ...found, why: `${found.why.replace(/\.$/, "")}; ${verdict.undone}` };
}
