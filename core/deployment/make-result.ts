import type { Service } from "@aws-sdk/client-ecs";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { lastOfArn, regionOfArn } from "../platform/arn.ts";
import type { ToolkitError } from "../platform/errors.ts";
import type { Run } from "../platform/run.ts";
import type { DeployInput, PlanInput } from "./deploy-input.ts";
import type { DeployResult, Moment, ServiceNow } from "./deploy-result.ts";
import { outcomeError } from "./outcome-error.ts";
import type { Plan } from "./plan.ts";
import { primaryOf } from "./primary.ts";
import type { Proof } from "./proof.ts";
import type { PinnedDeployment } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";
import { WatchEnded } from "./watch-ended.ts";

/** What a run knows of a service before it has an ending. */
export interface ResultFacts {
  readonly plan: Plan;
  readonly input: DeployInput;
  readonly startedAt: number;
  readonly notes: readonly string[];
  /** Grows while the deployment is watched. */
  readonly timeline: Moment[];
  readonly run: Run;
}

const notProved: Partial<Record<DeployResult["outcome"], string>> = {
  started: "waiting was not asked for",
  unchanged: "nothing was deployed",
};

/** How the run ended; what is left out does not apply. */
export interface Ending {
  readonly outcome: DeployResult["outcome"];
  readonly service?: Service;
  readonly pinned?: PinnedDeployment;
  readonly verdict?: Verdict;
  readonly proof?: Proof | undefined;
  readonly diagnosis?: Diagnosis | undefined;
}

/** Makes the one truth out of all that was found. */
export function deployResult(
  { plan, input, startedAt, notes, timeline, run }: ResultFacts,
  ending: Ending,
): DeployResult {
  const { outcome, pinned, verdict, diagnosis } = ending;
  const service = ending.service ?? plan.service;
  const proof = ending.proof ?? {
    status: "not-checked" as const,
    reason: notProved[outcome] ?? "the deployment did not complete",
  };
  const now = serviceNow(service);
  const serviceName = service.serviceName ?? plan.name.service;
  const error =
    pinned === undefined || verdict === undefined
      ? undefined
      : outcomeError({ pinned, verdict, now, proof, diagnosis, serviceName });
  return {
    outcome,
    service: serviceName,
    cluster: clusterName(service, input),
    region: regionOfArn(service.serviceArn ?? "") ?? "",
    strategy: plan.strategy.name,
    taskDefinitionArn: pinned?.taskDefinitionArn ?? service.taskDefinition,
    previousTaskDefinitionArn: plan.service.taskDefinition,
    deploymentId: pinned?.id ?? primaryOf(service)?.id,
    changes: plan.changes,
    settings: plan.settings.changes,
    proof,
    durationMs: run.clock.now() - startedAt,
    now,
    reason: verdict?.reason ?? "",
    rollbackRequested: verdict?.rollbackRequested === true,
    error: error === undefined ? undefined : { code: error.code, message: error.message, remedy: error.remedy },
    diagnosis,
    notes,
    timeline,
  };
}

/** One of several services that could not be deployed to, or not be watched any more. */
export function failedResult(
  facts: ResultFacts,
  error: ToolkitError,
  taskDefinitionArn: string | undefined,
): DeployResult {
  const { code, message, remedy } = error;
  const outcome = code === "DEPLOYMENT_CANCELLED" ? "cancelled" : "failed";
  const watched = error instanceof WatchEnded ? error : undefined;
  const service = watched?.service ?? facts.plan.service;
  const result = deployResult(facts, { outcome, service });
  // Where none was begun, the service's newest deployment is not what this is about.
  const deploymentId = watched?.pinned.id;
  return { ...result, taskDefinitionArn, deploymentId, reason: message, error: { code, message, remedy } };
}

function serviceNow(service: Service): ServiceNow {
  const primary = primaryOf(service);
  return {
    status: service.status ?? "ACTIVE",
    taskDefinitionArn: primary?.taskDefinition ?? service.taskDefinition,
    deploymentId: primary?.id,
    rolloutState: primary?.rolloutState,
    running: primary?.runningCount ?? service.runningCount ?? 0,
    desired: primary?.desiredCount ?? service.desiredCount ?? 0,
    others: (service.deployments ?? [])
      .filter((deployment) => deployment !== primary)
      .flatMap(({ taskDefinition: taskDefinitionArn = "", runningCount: running = 0 }) =>
        running === 0 ? [] : [{ taskDefinitionArn, running }],
      ),
  };
}

/** The name that people know the cluster by, whatever form the input gave. */
export function clusterName(service: Service, input: Pick<PlanInput, "cluster">): string {
  return lastOfArn(service.clusterArn ?? input.cluster);
}
