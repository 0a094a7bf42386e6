import type { Service } from "@aws-sdk/client-ecs";
import { diagnose } from "../diagnosis/diagnose.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { regionOfArn } from "../platform/arn.ts";
import type { Clients } from "../platform/aws/clients.ts";
import type { Run } from "../platform/run.ts";
import { planLines } from "../report/plan-lines.ts";
import { cancelled, throwIfCancelled } from "./cancelled.ts";
import { awaited, type DeployInput } from "./deploy-input.ts";
import type { DeployResult } from "./deploy-result.ts";
import { followDeployment } from "./follow.ts";
import { clusterName, deployResult, type Facts } from "./make-result.ts";
import { pinDeployment } from "./pin.ts";
import { type Plan, planDeployment } from "./plan.ts";
import { primaryOf } from "./primary.ts";
import { type Proof, proveDeployment } from "./proof.ts";
import { startDeployment } from "./start.ts";
import type { PinnedDeployment } from "./strategy.ts";
import { supersededBy, type Verdict } from "./verdict.ts";

/**
 * Deploys a task definition to an ECS service and, where asked to wait, says truly what came of it.
 *
 * Reads before it changes; changes by one RegisterTaskDefinition and one UpdateService, or not at all where the
 * service already runs exactly this; joins a deployment in flight that carries the same revision. An outcome that is
 * not success is an answer, with its explanation; only what keeps the work from being done or told is thrown.
 *
 * @param input `wait-for-minutes` counts from the change
 * @throws {ToolkitError} before anything is changed, or with what was changed in its message
 */
export async function deployService(clients: Clients, input: DeployInput, run: Run): Promise<DeployResult> {
  const startedAt = run.clock.now();
  const notes: string[] = [];
  const plan = await plannedOrCancelled(clients, input, run, (line) => {
    notes.push(line);
    run.log.warn(line);
  });
  announce(plan, input, run);
  const facts: Facts = { plan, input, startedAt, notes, timeline: [], run };
  if (nothingToDo(plan)) {
    return isSteady(plan.service, awaited(input) !== undefined)
      ? deployResult(facts, { outcome: "unchanged" })
      : join(clients, facts);
  }
  throwIfCancelled(run.signal, "nothing was changed");
  const started = await startDeployment(clients.ecs, { cluster: input.cluster, service: input.service }, plan, run);
  return conclude(clients, facts, started.service, started.taskDefinitionArn);
}

async function plannedOrCancelled(
  clients: Clients,
  input: DeployInput,
  { signal }: Run,
  note: (line: string) => void,
): Promise<Plan> {
  try {
    return await planDeployment(clients.ecs, input, { signal, note });
  } catch (error) {
    throw signal.aborted ? cancelled("nothing was changed") : error;
  }
}

function announce(plan: Plan, input: DeployInput, { log }: Run): void {
  const { service, strategy, desiredCount } = plan;
  const region = regionOfArn(service.serviceArn ?? "");
  log.step(
    "service",
    [`${service.serviceName} on ${clusterName(service, input)}`, strategy.name, region].filter(Boolean).join(" · "),
  );
  const lines = planLines({
    family: String(plan.target.document.family),
    currentArn: service.taskDefinition,
    changes: plan.changes,
    desiredCount: desiredCount === undefined ? undefined : { before: service.desiredCount ?? 0, after: desiredCount },
    force: plan.force,
  });
  for (const line of lines) log.step("plan", line);
}

function nothingToDo({ changes, desiredCount, force }: Plan): boolean {
  return changes?.length === 0 && desiredCount === undefined && !force;
}

/** The newest deployment is complete: there is none in flight to join, nor, where waiting was asked for, a missing task. */
function isSteady(service: Service, waiting: boolean): boolean {
  const complete = primaryOf(service)?.rolloutState === "COMPLETED";
  return complete && (!waiting || service.runningCount === service.desiredCount);
}

/** A deployment of this very revision is under way, perhaps by a run that was killed. */
function join(clients: Clients, facts: Facts): Promise<DeployResult> {
  const { service } = facts.plan;
  const primary = primaryOf(service);
  facts.run.log.step("change", `nothing: deployment ${primary?.id ?? ""} of this revision ${joined(service)}`);
  return conclude(clients, facts, service, primary?.taskDefinition ?? "");
}

async function conclude(
  clients: Clients,
  facts: Facts,
  service: Service,
  taskDefinitionArn: string,
): Promise<DeployResult> {
  const { plan, input, run } = facts;
  const waitUntil = awaited(input);
  const name = { cluster: input.cluster, service: input.service };
  const deadline = run.clock.now() + input.waitForMinutes * 60_000;
  const pinned = pinDeployment({
    name,
    service,
    before: plan.service,
    taskDefinitionArn,
    desiredCount: plan.desiredCount,
    waitUntil: waitUntil ?? "deployed",
    deadline,
  });
  const known = knownAlready(pinned, service, waitUntil !== undefined);
  if (known === undefined && waitUntil === undefined) {
    return deployResult(facts, { outcome: "started", service, pinned });
  }
  const verdict = known ?? (await followDeployment(plan.strategy, clients, pinned, facts));
  const end = verdict.service ?? service;
  const proof = verdict.outcome === "deployed" ? await prove(clients, facts, pinned, end) : undefined;
  const diagnosis = await explain(clients, facts, pinned, { ...verdict, service: end });
  return deployResult(facts, { outcome: verdict.outcome, service: end, pinned, verdict, proof, diagnosis });
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

function joined(service: Service): string {
  if (hasFailed(service)) return "has failed already; force-new-deployment tries it again";
  if (!isSteady(service, false)) return "is under way";
  return `is complete, but ${service.runningCount} of ${service.desiredCount} tasks run`;
}

function hasFailed(service: Service): boolean {
  return primaryOf(service)?.rolloutState === "FAILED";
}

function prove(clients: Clients, { plan, run }: Facts, pinned: PinnedDeployment, service: Service): Promise<Proof> {
  return proveDeployment(clients, { pinned, service, taskDefinition: plan.target.document }, run.signal);
}

/**
 * A deployment that was superseded or left by a cancelled run has not failed: there is nothing to explain. A run that
 * was ended reads no more.
 */
async function explain(
  clients: Clients,
  { plan, run }: Facts,
  pinned: PinnedDeployment,
  verdict: Verdict & { service: Service },
): Promise<Diagnosis | undefined> {
  if (run.signal.aborted || !["rolled-back", "failed", "timed-out"].includes(verdict.outcome)) return undefined;
  const { service, reason } = verdict;
  const { name, id: deploymentId, createdAt: since } = pinned;
  const failed = { name, service, deploymentId, since, taskDefinition: plan.target.document, reason };
  return diagnose(clients, failed, run.signal);
}
