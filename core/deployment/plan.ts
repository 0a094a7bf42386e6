import type { Service } from "@aws-sdk/client-ecs";
import type { EcsApi } from "../platform/aws/ecs.ts";
import type { ServiceName } from "../preflight/describe-service.ts";
import { type CurrentTaskDefinition, preflight } from "../preflight/preflight.ts";
import type { CheckedTaskDefinition } from "../task-definition/check.ts";
import { type Change, diffTaskDefinitions } from "../task-definition/diff.ts";
import { registrableDocument } from "../task-definition/load-revision.ts";
import { type PrepareOptions, prepareTaskDefinition } from "../task-definition/prepare.ts";
import { requireImages } from "../task-definition/render.ts";
import { strategyOf } from "./choose-strategy.ts";
import { type PlanInput, serviceNames } from "./deploy-input.ts";
import { type SettingsChange, settingsChange, wantedSettings } from "./service-settings.ts";
import type { Strategy } from "./strategy.ts";

/** What a deployment would change of one service, known before anything is changed. */
export interface Plan {
  readonly name: ServiceName;
  readonly service: Service;
  readonly strategy: Strategy;
  readonly target: CheckedTaskDefinition;
  /** `undefined` where the current revision may not be read. */
  readonly changes: readonly Change[] | undefined;
  /** The revision to run, where it is registered already; `undefined` where a new one is to be registered. */
  readonly revision: string | undefined;
  /** What of the service's own settings changes. */
  readonly settings: SettingsChange;
  readonly force: boolean;
}

interface Options extends PrepareOptions {
  /** Whether the family's newest revision is to be found where the service does not run it; that may cost a call. */
  readonly newest: boolean;
}

/**
 * Loads the task definition, checks and renders it, reads the services, and compares: no call that changes anything.
 * @throws {ToolkitError} TASK_DEFINITION_…, ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_…, STRATEGY_UNSUPPORTED, INPUT_INVALID
 */
export async function planDeployments(
  ecs: Pick<EcsApi, "describeServices" | "describeTaskDefinition">,
  input: PlanInput & { readonly forceNewDeployment: boolean },
  options: Options,
): Promise<readonly Plan[]> {
  const wanted = wantedSettings(input);
  const target = await prepareTaskDefinition(ecs, input, options);
  requireImages(target);
  const { services, newest } = await preflight(ecs, serviceNames(input), {
    ...options,
    family: options.newest && target.revision === undefined ? String(target.document.family) : undefined,
    tags: target.document.tags !== undefined,
  });
  const compared = await Promise.all(
    services.map(async (of) => ({ ...of, changes: await changesSince(of.current, target) })),
  );
  const registered =
    target.revision ?? (await registeredAlready([newest, ...compared.map(({ current }) => current)], target));
  return compared.map((of) => ({
    name: of.name,
    service: of.service,
    strategy: strategyOf(of.service),
    target,
    changes: of.changes,
    revision: target.revision ?? (of.changes?.length === 0 ? of.service.taskDefinition : registered),
    settings: settingsChange(of.service, wanted),
    force: input.forceNewDeployment,
  }));
}

/** An identical revision of those that are known, which a service may be updated to: an INACTIVE one may only run on. */
async function registeredAlready(
  revisions: readonly (CurrentTaskDefinition | undefined)[],
  target: CheckedTaskDefinition,
): Promise<string | undefined> {
  for (const revision of revisions) {
    const { status = "ACTIVE", taskDefinitionArn } = revision?.taskDefinition ?? {};
    if (status === "ACTIVE" && (await changesSince(revision, target))?.length === 0) return taskDefinitionArn;
  }
  return undefined;
}

async function changesSince(current: CurrentTaskDefinition | undefined, target: CheckedTaskDefinition) {
  if (current === undefined) return undefined;
  return diffTaskDefinitions(await registrableDocument(current.taskDefinition, current.tags), target.document);
}
