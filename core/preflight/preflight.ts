import type { Service, TaskDefinition } from "@aws-sdk/client-ecs";
import { lastOfArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { isAwsCode, optional } from "../platform/aws/failures.ts";
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
  /** The family whose newest revision is wanted too, as it may be the one to run. */
  readonly family: string | undefined;
  /** Whether the task definition's tags are wanted too. */
  readonly tags: boolean;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/**
 * `preflight: basic`: the reads that must succeed before anything is changed, one DescribeServices for ten services and
 * one DescribeTaskDefinition for each revision that they have. Reading the task definition may be denied (the official
 * action's minimal policy does not have it): that is a note, and the plan has no diff.
 *
 * A family that is wanted is read by its name first: its newest revision mostly is the service's, so that costs no call
 * more; where it is not, it costs one, and may be what a run that was killed has registered.
 * @returns the services, and the newest revision of the family where it is wanted and one of them is of it
 * @throws {ToolkitError} ECS_CLUSTER_NOT_FOUND, ECS_SERVICE_NOT_FOUND, ECS_SERVICE_INACTIVE
 */
export async function preflight(
  ecs: Reads,
  names: readonly ServiceName[],
  options: Options,
): Promise<{ readonly services: readonly Preflight[]; readonly newest: CurrentTaskDefinition | undefined }> {
  const calls = inCalls(names).map((each) => describeServices(ecs, each, options.signal));
  const found = (await Promise.all(calls)).flat();
  const services = names.map((name, index) => {
    const service = found[index];
    if (service === undefined) throw serviceNotFound(name);
    requireActive(service);
    return { name, service };
  });
  const revisions = [...new Set(services.flatMap(({ service }) => service.taskDefinition ?? []))];
  const { current, newest } = await readRevisions(ecs, revisions, options);
  const withCurrent = services.map(({ name, service }) => ({
    name,
    service,
    current: current.get(service.taskDefinition ?? ""),
  }));
  return { services: withCurrent, newest };
}

async function readRevisions(
  ecs: Reads,
  revisions: readonly string[],
  { family, tags, signal, note }: Options,
): Promise<{
  readonly current: ReadonlyMap<string, CurrentTaskDefinition>;
  readonly newest: CurrentTaskDefinition | undefined;
}> {
  const notes = new Set<string>();
  const read = async (reference: string): Promise<CurrentTaskDefinition | undefined> => {
    const input = { taskDefinition: reference, ...(tags ? { include: ["TAGS" as const] } : {}) };
    const call = ecs.describeTaskDefinition(input, { signal }).catch((error: unknown) => {
      // A family may have no revision any more that is ACTIVE, though a service still runs one.
      if (reference === family && isAwsCode(error, "ClientException")) return undefined;
      throw error;
    });
    const answer = await optional("ecs:DescribeTaskDefinition", call, (line) => notes.add(line));
    const taskDefinition = answer?.taskDefinition;
    return taskDefinition === undefined ? undefined : { taskDefinition, tags: answer?.tags ?? [] };
  };
  const isRun = family !== undefined && revisions.some((arn) => lastOfArn(arn).split(":")[0] === family);
  const newest = isRun ? await read(family) : undefined;
  // What is not allowed for the family is not for a revision.
  const wanted = notes.size > 0 ? [] : revisions;
  const found = await Promise.all(
    wanted.map(async (arn) => [arn, isOf(newest, arn) ? newest : await read(arn)] as const),
  );
  const current = new Map(
    found.flatMap(([arn, revision]) => (revision === undefined ? [] : [[arn, revision] as const])),
  );
  for (const line of notes) note(`${line}: what changes cannot be shown, and a new revision is always registered`);
  return { current, newest };
}

function isOf(revision: CurrentTaskDefinition | undefined, arn: string): boolean {
  return revision?.taskDefinition.taskDefinitionArn === arn;
}
