import type { Service, TaskDefinition } from "@aws-sdk/client-ecs";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { optional } from "../platform/aws/failures.ts";
import { describeService, requireActive, type ServiceName } from "./describe-service.ts";

export interface Preflight {
  readonly service: Service;
  /** The revision of the service's newest deployment; `undefined` where it may not be read. */
  readonly current: CurrentTaskDefinition | undefined;
}

export interface CurrentTaskDefinition {
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly { key?: string | undefined; value?: string | undefined }[];
}

/**
 * `preflight: basic`: the two reads that must succeed before anything is changed. Reading the task definition
 * may be denied (the official action's minimal policy does not have it): that is a note, and the plan has no diff.
 * @param tags whether the task definition's tags are wanted too
 * @throws {ToolkitError} ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_NOT_FOUND, ECS_SERVICE_INACTIVE
 */
export async function preflight(
  ecs: Pick<EcsApi, "describeServices" | "describeTaskDefinition">,
  name: ServiceName,
  options: { readonly tags: boolean; readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<Preflight> {
  const { signal } = options;
  const service = await describeService(ecs, name, signal);
  requireActive(service);
  if (service.taskDefinition === undefined) return { service, current: undefined };
  const answer = await optional(
    "ecs:DescribeTaskDefinition",
    ecs.describeTaskDefinition(
      { taskDefinition: service.taskDefinition, ...(options.tags ? { include: ["TAGS"] } : {}) },
      { signal },
    ),
    (line) => options.note(`${line}: what changes cannot be shown, and a new revision is always registered`),
  );
  const taskDefinition = answer?.taskDefinition;
  return { service, current: taskDefinition === undefined ? undefined : { taskDefinition, tags: answer?.tags ?? [] } };
}
