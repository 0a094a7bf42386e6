import type { Clients } from "../platform/aws/clients.ts";
import { ToolkitError } from "../platform/errors.ts";
import { announce } from "../report/announce.ts";
import { cancelled, throwIfCancelled } from "./cancelled.ts";
import { conclude, type Started } from "./conclude.ts";
import { awaited, type DeployInput } from "./deploy-input.ts";
import type { DeployResult } from "./deploy-result.ts";
import type { DeployRun, Facts } from "./facts.ts";
import { labelledRun } from "./labelled-run.ts";
import { deployResult, failedResult } from "./make-result.ts";
import { isSteady, joined, nothingToDo } from "./nothing-to-do.ts";
import { overallResult } from "./overall-result.ts";
import { type Plan, planDeployments } from "./plan.ts";
import { primaryOf } from "./primary.ts";
import { registerTaskDefinition } from "./register.ts";
import { ServiceReadings } from "./service-readings.ts";
import { updateService } from "./start.ts";

/**
 * Deploys a task definition to an ECS service, or to several of one cluster, and, where asked to wait, says truly what
 * came of it.
 *
 * Reads before it changes; changes by one RegisterTaskDefinition and one UpdateService for each service, or not at all
 * where a service already runs exactly this; joins a deployment in flight that carries the same revision. An outcome
 * that is not success is an answer, with its explanation; only what keeps the work from being done or told is thrown,
 * and of several services it is that service's result.
 *
 * @param input `wait-for-minutes` counts from the change
 * @throws {ToolkitError} before anything is changed, or with what was changed in its message
 */
export async function deployService(clients: Clients, input: DeployInput, run: DeployRun): Promise<DeployResult> {
  const startedAt = run.clock.now();
  const notes: string[] = [];
  const note = (line: string) => {
    notes.push(line);
    run.log.warn(line);
  };
  const plans = await plannedOrCancelled(clients, input, run, note);
  const readings = new ServiceReadings(clients.ecs, {
    clock: run.clock,
    random: run.random,
    maxDelaySeconds: input.waitMaxDelaySeconds,
  });
  const all = plans.map(
    (plan): Facts => ({ plan, input, startedAt, notes, timeline: [], readings, run: labelledRun(run, plan, plans) }),
  );
  for (const { plan, run: own } of all) announce(plan, input, own.log);
  if (input.preflight === "full") await checkInFull(clients, plans, run, note);
  const registered = await registerOnce(clients, plans, run);
  if (all.length > 1) return overallResult(await deployEach(clients, all, registered));
  const [only] = all;
  if (only === undefined) throw new Error("a plan is of one service at least");
  return deployOne(clients, only, registered);
}

async function plannedOrCancelled(
  clients: Clients,
  input: DeployInput,
  { signal, read }: DeployRun,
  note: (line: string) => void,
): Promise<readonly Plan[]> {
  try {
    // Without waiting a deployment is four calls at most.
    const newest = awaited(input) !== undefined;
    return await planDeployments(clients.ecs, input, { signal, note, read, newest });
  } catch (error) {
    if (signal.aborted) throw cancelled("nothing was changed");
    throw error instanceof ToolkitError ? withNothingChanged(error) : error;
  }
}

/** What keeps a plan from being made keeps everything as it was; the reader need not look whether it did. */
function withNothingChanged(error: ToolkitError): ToolkitError {
  const said = "Nothing was registered or updated.";
  if (error.remedy.endsWith(said)) return error;
  return new ToolkitError(error.code, error.message, `${error.remedy} ${said}`, { cause: error.cause });
}

/** The code for it is loaded only where it is asked for. */
async function checkInFull(
  clients: Clients,
  plans: readonly Plan[],
  { signal }: DeployRun,
  note: (line: string) => void,
): Promise<void> {
  const { fullPreflight } = await import("../preflight/full.ts");
  const [first] = plans;
  if (first === undefined) return;
  const { name, target } = first;
  const services = plans.map(({ service }) => service);
  await fullPreflight(clients, { cluster: name.cluster, services, taskDefinition: target.document }, { signal, note });
}

/** The revision for the services that have none yet. */
async function registerOnce(clients: Clients, plans: readonly Plan[], run: DeployRun): Promise<string | undefined> {
  const missing = plans.find(({ revision }) => revision === undefined);
  if (missing === undefined) return undefined;
  throwIfCancelled(run.signal, "nothing was changed");
  return registerTaskDefinition(clients.ecs, missing.target, run);
}

async function deployOne(clients: Clients, facts: Facts, registered: string | undefined): Promise<DeployResult> {
  const { plan, input, run } = facts;
  if (nothingToDo(plan) && isSteady(plan.service, awaited(input) !== undefined)) {
    return deployResult(facts, { outcome: "unchanged" });
  }
  return conclude(clients, facts, await start(clients, plan, run, registered));
}

async function start(clients: Clients, plan: Plan, run: DeployRun, registered: string | undefined): Promise<Started> {
  const { service } = plan;
  if (nothingToDo(plan)) {
    // A deployment of this very revision is under way, perhaps by a run that was killed.
    const primary = primaryOf(service);
    run.log.step("change", `nothing: deployment ${primary?.id ?? ""} of this revision ${joined(service)}`);
    return { service, taskDefinitionArn: primary?.taskDefinition ?? "" };
  }
  if (registered === undefined) throwIfCancelled(run.signal, "nothing was changed");
  const taskDefinitionArn = plan.revision ?? registered ?? "";
  return { service: await updateService(clients.ecs, plan, taskDefinitionArn, run), taskDefinitionArn };
}

/** What keeps one service from being deployed to or watched does not keep the others. */
function deployEach(
  clients: Clients,
  all: readonly Facts[],
  registered: string | undefined,
): Promise<readonly DeployResult[]> {
  return Promise.all(
    all.map((facts) =>
      deployOne(clients, facts, registered).catch((error: unknown) => {
        if (error instanceof ToolkitError) return failedResult(facts, error, facts.plan.revision ?? registered);
        throw error;
      }),
    ),
  );
}
