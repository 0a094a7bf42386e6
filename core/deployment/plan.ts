import type { Service } from "@aws-sdk/client-ecs";
import type { EcsApi } from "../platform/aws/ecs.ts";
import type { JsonObject } from "../platform/json.ts";
import { type CurrentTaskDefinition, preflight } from "../preflight/preflight.ts";
import { type CheckedTaskDefinition, checkTaskDefinition } from "../task-definition/check.ts";
import { type Change, diffTaskDefinitions } from "../task-definition/diff.ts";
import { loadTaskDefinition } from "../task-definition/load.ts";
import { renderTaskDefinition, requireImages } from "../task-definition/render.ts";
import { taskDefinitionShape } from "../task-definition/shape.ts";
import { strategyOf } from "./choose-strategy.ts";
import type { DeployInput } from "./deploy-input.ts";
import type { Strategy } from "./strategy.ts";

/** What a deployment would change, known before anything is changed. */
export interface Plan {
  readonly service: Service;
  readonly strategy: Strategy;
  readonly target: CheckedTaskDefinition;
  /** `undefined` where the current revision may not be read. */
  readonly changes: readonly Change[] | undefined;
  /** The number of tasks to set; `undefined` where it stays as it is. */
  readonly desiredCount: number | undefined;
  readonly force: boolean;
}

/**
 * Reads the file, checks and renders it, reads the service, and compares: no call that changes anything.
 * @throws {ToolkitError} TASK_DEFINITION_…, ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_…, STRATEGY_UNSUPPORTED
 */
export async function planDeployment(
  ecs: Pick<EcsApi, "describeServices" | "describeTaskDefinition">,
  input: DeployInput,
  options: { readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<Plan> {
  const target = await targetTaskDefinition(input, options.note);
  const { service, current } = await preflight(ecs, input, { ...options, tags: target.document.tags !== undefined });
  return {
    service,
    strategy: strategyOf(service),
    target,
    changes: current === undefined ? undefined : await changesSince(current, target),
    desiredCount: input.desiredCount === service.desiredCount ? undefined : input.desiredCount,
    force: input.forceNewDeployment,
  };
}

async function targetTaskDefinition(input: DeployInput, note: (line: string) => void): Promise<CheckedTaskDefinition> {
  const checked = await checkTaskDefinition(await loadTaskDefinition(input.taskDefinition));
  if (checked.dropped.length > 0)
    note(`${checked.file}: left out what only the API sets: ${checked.dropped.join(", ")}`);
  for (const path of checked.unknownKeys) note(`${checked.file}: ${path}: unknown key, sent to Amazon ECS as it is`);
  const rendered = renderTaskDefinition(checked, input);
  requireImages(rendered);
  return rendered;
}

async function changesSince(current: CurrentTaskDefinition, target: CheckedTaskDefinition): Promise<readonly Change[]> {
  const { readOnly } = await taskDefinitionShape();
  const answered = { ...(current.taskDefinition as JsonObject), tags: current.tags as JsonObject["tags"] };
  const settable = Object.entries(answered).filter(([key, value]) => !readOnly.has(key) && value !== undefined);
  return diffTaskDefinitions(Object.fromEntries(settable) as JsonObject, target.document);
}
