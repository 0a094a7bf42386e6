import type { Task } from "@aws-sdk/client-ecs";
import { lastOfArn } from "../platform/arn.ts";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { optional } from "../platform/aws/failures.ts";
import type { ServiceName } from "../preflight/describe-service.ts";

/** A task that has ended, in ECS's words. */
export interface StoppedTask {
  readonly taskArn: string;
  /** The last part of the ARN. */
  readonly id: string;
  readonly stopCode: string;
  readonly stoppedReason: string;
  readonly createdAt: Date | undefined;
  /** `undefined` for a task that never reached RUNNING. */
  readonly startedAt: Date | undefined;
  readonly stoppedAt: Date | undefined;
  readonly containers: readonly StoppedContainer[];
}

export interface StoppedContainer {
  readonly name: string;
  readonly image: string;
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
}

/** ListTasks answers 100 a page; a failing deployment's own tasks are among the newest few hundred. */
const mostPages = 3;

/**
 * The stopped tasks of one deployment, oldest first, as long as ECS remembers them (at least an hour).
 * ListTasks takes `startedBy` only alone, and then not for stopped tasks, so the filter is here.
 * @returns `undefined` where a call is missing; `note` has heard which
 */
export async function stoppedTasks(
  ecs: Pick<EcsApi, "listTasks" | "describeTasks">,
  name: ServiceName,
  deploymentId: string,
  options: { readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<readonly StoppedTask[] | undefined> {
  const tasks = await serviceTasks(ecs, name, "STOPPED", options);
  return tasks
    ?.filter((task) => task.startedBy === deploymentId && task.lastStatus === "STOPPED")
    .map(stoppedTask)
    .sort((a, b) => Number(a.stoppedAt ?? 0) - Number(b.stoppedAt ?? 0));
}

/** Not those that the scheduler took away because another deployment needs no such tasks. */
export function stoppedForCause({ stoppedReason }: StoppedTask): boolean {
  return !stoppedReason.startsWith("Scaling activity initiated by");
}

/** The service's tasks of one desired status, up to 300 of them. */
export async function serviceTasks(
  ecs: Pick<EcsApi, "listTasks" | "describeTasks">,
  { cluster, service }: ServiceName,
  desiredStatus: "RUNNING" | "STOPPED",
  { signal, note }: { readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<readonly Task[] | undefined> {
  const tasks: Task[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const input = { cluster, serviceName: service, desiredStatus, ...(nextToken === undefined ? {} : { nextToken }) };
    const listed = await optional("ecs:ListTasks", ecs.listTasks(input, { signal }), note);
    if (listed === undefined) return undefined;
    const described = await describeTasks(ecs, cluster, listed.taskArns ?? [], { signal, note });
    if (described === undefined) return undefined;
    tasks.push(...described);
    nextToken = listed.nextToken;
    if (nextToken === undefined) break;
  }
  return tasks;
}

async function describeTasks(
  ecs: Pick<EcsApi, "describeTasks">,
  cluster: string,
  taskArns: readonly string[],
  { signal, note }: { readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<readonly Task[] | undefined> {
  if (taskArns.length === 0) return [];
  const call = ecs.describeTasks({ cluster, tasks: [...taskArns] }, { signal });
  const answer = await optional("ecs:DescribeTasks", call, note);
  return answer === undefined ? undefined : (answer.tasks ?? []);
}

function stoppedTask(task: Task): StoppedTask {
  return {
    taskArn: task.taskArn ?? "",
    id: lastOfArn(task.taskArn ?? ""),
    stopCode: task.stopCode ?? "",
    stoppedReason: task.stoppedReason ?? "",
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppedAt: task.stoppedAt ?? task.stoppingAt,
    containers: (task.containers ?? []).map((container) => ({
      name: container.name ?? "",
      image: container.image ?? "",
      exitCode: container.exitCode,
      reason: container.reason,
    })),
  };
}
