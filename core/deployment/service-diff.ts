import * as v from "valibot";
import { regionOfArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { inputSchema } from "../platform/input.ts";
import { boolean } from "../platform/input-fields.ts";
import type { Change } from "../task-definition/diff.ts";
import { planEntries, requirePlan } from "./deploy-input.ts";
import { clusterName } from "./make-result.ts";
import { nothingToDo } from "./nothing-to-do.ts";
import { type Plan, planDeployments } from "./plan.ts";

/** The input of {@link diffService}: what decides what a deployment changes. */
export const diffInput = inputSchema(
  {
    ...planEntries,
    "exit-code": v.optional(
      boolean("Whether to end with 1 where a deployment would change something, and with 2 where that cannot be told."),
      false,
    ),
  },
  requirePlan,
);

export type DiffInput = ReturnType<typeof diffInput.parse>;

/** What a deployment would change. */
export interface ServiceDiff {
  /** Whether it would change anything. */
  readonly differs: boolean;
  readonly service: string;
  readonly cluster: string;
  readonly region: string;
  readonly strategy: string;
  /** The revision that the service has now. */
  readonly taskDefinitionArn: string | undefined;
  /** The family that a new revision would be of. */
  readonly family: string;
  /** The registered revision that the service would run; `undefined` where a deployment would register one. */
  readonly revision: string | undefined;
  /** `undefined` where the current revision may not be read: a deployment then registers a new one. */
  readonly changes: readonly Change[] | undefined;
  /** What would change of the service's own settings, by UpdateService's names. */
  readonly settings: readonly Change[];
  readonly notes: readonly string[];
  /** Each service's own, where there are several: all else here is then of the first, and `differs` of them all. */
  readonly services?: readonly ServiceDiff[];
}

/**
 * What deployService would change, by the same plan: one DescribeServices, one DescribeTaskDefinition, and no call that
 * changes anything. A deployment that waits may find that its revision is registered already.
 * @param note hears what is missing or left out
 * @throws {ToolkitError} what deployService throws before it changes anything
 */
export async function diffService(
  clients: { readonly ecs: Pick<EcsApi, "describeServices" | "describeTaskDefinition"> },
  input: DiffInput,
  { signal, note }: { readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<ServiceDiff> {
  const notes: string[] = [];
  const plans = await planDeployments(
    clients.ecs,
    { ...input, forceNewDeployment: false },
    {
      signal,
      newest: false,
      note(line) {
        notes.push(line);
        note(line);
      },
    },
  );
  const services = plans.map((plan) => diffOf(plan, input, notes));
  const [first] = services;
  if (first === undefined) throw new Error("a plan is of one service at least");
  return services.length === 1 ? first : { ...first, differs: services.some(({ differs }) => differs), services };
}

function diffOf(plan: Plan, input: DiffInput, notes: readonly string[]): ServiceDiff {
  const { service, strategy, target, changes, revision, settings } = plan;
  return {
    differs: !nothingToDo(plan),
    service: service.serviceName ?? plan.name.service,
    cluster: clusterName(service, input),
    region: regionOfArn(service.serviceArn ?? "") ?? "",
    strategy: strategy.name,
    taskDefinitionArn: service.taskDefinition,
    family: String(target.document.family),
    revision,
    changes,
    settings: settings.changes,
    notes,
  };
}
