import type { Service, TaskDefinition } from "@aws-sdk/client-ecs";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { optional } from "../platform/aws/failures.ts";
import { describeServices, inCalls, requireActive, type ServiceName, serviceNotFound } from "./describe-service.ts";

export interface Preflight {
  readonly name: ServiceName;
  readonly service: Service;
  /** The revision of the service's newest deployment; `undefined` where it may not be read. */
  readonly current: CurrentTaskDefinition | undefined;
}

export interface CurrentTaskDefinition {
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly { key?: string | undefined; value?: string | undefined }[];
}

type Reads = Pick<EcsApi, "describeServices" | "describeTaskDefinition">;

interface Options {
  /** Whether the task definition's tags are wanted too. */
  readonly tags: boolean;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/**
 * `preflight: basic`: the reads that must succeed before anything is changed, one DescribeServices for ten services and
 * one DescribeTaskDefinition for each revision that they have. Reading the task definition may be denied (the official
 * action's minimal policy does not have it): that is a note, and the plan has no diff.
 * @throws {ToolkitError} ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_NOT_FOUND, ECS_SERVICE_INACTIVE
 */
export async function preflight(
  ecs: Reads,
  names: readonly ServiceName[],
  options: Options,
): Promise<readonly Preflight[]> {
  const calls = inCalls(names).map((each) => describeServices(ecs, each, options.signal));
  const found = (await Promise.all(calls)).flat();
  const services = names.map((name, index) => {
    const service = found[index];
    if (service === undefined) throw serviceNotFound(name);
    requireActive(service);
    return { name, service };
  });
  const current = await currentRevisions(ecs, services, options);
  return services.map(({ name, service }) => ({ name, service, current: current.get(service.taskDefinition ?? "") }));
}

async function currentRevisions(
  ecs: Reads,
  services: readonly { readonly service: Service }[],
  { tags, signal, note }: Options,
): Promise<ReadonlyMap<string, CurrentTaskDefinition>> {
  const revisions = [...new Set(services.flatMap(({ service }) => service.taskDefinition ?? []))];
  const notes = new Set<string>();
  const read = async (revision: string): Promise<(readonly [string, CurrentTaskDefinition])[]> => {
    const input = { taskDefinition: revision, ...(tags ? { include: ["TAGS" as const] } : {}) };
    const call = ecs.describeTaskDefinition(input, { signal });
    const answer = await optional("ecs:DescribeTaskDefinition", call, (line) => notes.add(line));
    const taskDefinition = answer?.taskDefinition;
    return taskDefinition === undefined ? [] : [[revision, { taskDefinition, tags: answer?.tags ?? [] }]];
  };
  const current = new Map((await Promise.all(revisions.map(read))).flat());
  for (const line of notes) note(`${line}: what changes cannot be shown, and a new revision is always registered`);
  return current;
}
