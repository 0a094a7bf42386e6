import * as v from "valibot";
import { lastOfArn, regionOfArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { inputSchema } from "../platform/input.ts";
import { boolean } from "../platform/input-fields.ts";
import type { Change } from "../task-definition/diff.ts";
import { planEntries } from "./deploy-input.ts";
import { planDeployment } from "./plan.ts";

/** The input of {@link diffService}: what decides what a deployment changes. */
export const diffInput = inputSchema({
  ...planEntries,
  "exit-code": v.optional(
    boolean("Whether to end with 1 where a deployment would change something, and with 2 where that cannot be told."),
    false,
  ),
});

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
  /** `undefined` where the current revision may not be read: a deployment then registers a new one. */
  readonly changes: readonly Change[] | undefined;
  /** `undefined` where the number of tasks stays as it is. */
  readonly desiredCount: { readonly before: number; readonly after: number } | undefined;
  readonly notes: readonly string[];
}

/** What a deployment does besides changing the service; a plan does not depend on it. */
const onlyPlanned = { forceNewDeployment: false, waitForServiceStability: false, waitForMinutes: 1 } as const;

/**
 * What deployService would change, by the same plan: one DescribeServices, one DescribeTaskDefinition, and no call that
 * changes anything.
 * @param note hears what is missing or left out
 * @throws {ToolkitError} what deployService throws before it changes anything
 */
export async function diffService(
  clients: { readonly ecs: Pick<EcsApi, "describeServices" | "describeTaskDefinition"> },
  input: DiffInput,
  { signal, note }: { readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<ServiceDiff> {
  const notes: string[] = [];
  const plan = await planDeployment(
    clients.ecs,
    { ...input, ...onlyPlanned },
    {
      signal,
      note(line) {
        notes.push(line);
        note(line);
      },
    },
  );
  const { service, strategy, target, changes, desiredCount } = plan;
  return {
    differs: changes?.length !== 0 || desiredCount !== undefined,
    service: service.serviceName ?? input.service,
    cluster: lastOfArn(service.clusterArn ?? input.cluster),
    region: regionOfArn(service.serviceArn ?? "") ?? "",
    strategy: strategy.name,
    taskDefinitionArn: service.taskDefinition,
    family: String(target.document.family),
    changes,
    desiredCount: desiredCount === undefined ? undefined : { before: service.desiredCount ?? 0, after: desiredCount },
    notes,
  };
}
