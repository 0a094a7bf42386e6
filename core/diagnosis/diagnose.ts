import type { Service } from "@aws-sdk/client-ecs";
import { regionOfArn } from "../platform/arn.ts";
import type { Clients } from "../platform/aws/clients.ts";
import type { JsonObject } from "../platform/json.ts";
import type { ServiceName } from "../preflight/describe-service.ts";
import { triggeredAlarms } from "./alarms.ts";
import type { Diagnosis, LogTail } from "./diagnosis.ts";
import type { Evidence } from "./evidence.ts";
import { type Explained, explain } from "./explain.ts";
import { wrongArchitecture } from "./explain-platform.ts";
import type { Explanation } from "./explanation.ts";
import { logTail } from "./log-tail.ts";
import { stoppedForCause, stoppedTasks } from "./stopped-tasks.ts";
import { targetGroups, targetHealth, targetProblems } from "./targets.ts";

/** What is to be explained. */
export interface Case {
  readonly name: ServiceName;
  readonly service: Service;
  readonly deploymentId: string;
  /** When the deployment was made, AWS's clock. */
  readonly since: Date;
  readonly taskDefinition: JsonObject;
  /** Why the watch ended. */
  readonly reason: string;
}

/**
 * Explains a deployment that did not succeed, within a few reads, none of which has to succeed: what is not allowed or
 * fails is named in the notes.
 */
export async function diagnose(
  clients: Pick<Clients, "ecs" | "elb" | "logs" | "cloudwatch">,
  failed: Case,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const notes = new Set<string>();
  const hiding = new Set<string>();
  const options = { signal, note: (line: string) => void notes.add(line) };
  const taskOptions = { signal, note: (line: string) => void hiding.add(line) };
  const { service } = failed;
  const [stopped, groups, health, alarms] = await Promise.all([
    stoppedTasks(clients.ecs, failed.name, failed.deploymentId, taskOptions),
    targetGroups(clients.elb, service, options),
    targetHealth(clients.elb, service, options),
    triggeredAlarms(clients.cloudwatch, failed, options),
  ]);
  const evidence: Evidence = {
    service,
    taskDefinition: failed.taskDefinition,
    tasks: (stopped ?? []).filter(stoppedForCause),
    tasksHidden: stopped === undefined ? [...hiding].join(", ") : undefined,
    events: eventsSince(service, failed.since),
    targets: targetProblems(health ?? new Map()),
    targetGroups: groups,
    alarms,
  };
  const explained = explain(evidence, failed.reason);
  const { tasks, events, targets } = evidence;
  const region = regionOfArn(service.serviceArn ?? "");
  const logs = await failingLog(clients, evidence, explained, { ...options, region });
  const { cause, why, fix } = byLog(explained, logs, evidence);
  const whole = `${why}${explained.share}`;
  return { cause, why: whole, fix, since: failed.since, tasks, targets, events, logs, notes: [...hiding, ...notes] };
}

/** On Fargate only its log tells of a program that this processor cannot run. */
function byLog(explained: Explained, logs: LogTail | undefined, evidence: Evidence): Explanation {
  const { cause, container = "" } = explained;
  if (cause !== "container-exited") return explained;
  for (const { message } of logs?.lines ?? []) {
    const explanation = wrongArchitecture(message, container, evidence);
    if (explanation !== undefined) return explanation;
  }
  return explained;
}

/** Where no container ever ran there is no log, and asking for it would only add a note. */
async function failingLog(
  clients: Pick<Clients, "logs">,
  evidence: Evidence,
  { task, container }: Explained,
  options: Parameters<typeof logTail>[3],
): Promise<LogTail | undefined> {
  const ran = task?.startedAt !== undefined || task?.containers.some(({ exitCode }) => exitCode !== undefined);
  if (task === undefined || container === undefined || !ran) return undefined;
  return logTail(clients.logs, evidence, { taskId: task.id, container }, options);
}

/** ECS answers the newest first, also of those that have one and the same time. */
function eventsSince(service: Service, since: Date): Evidence["events"] {
  return (service.events ?? [])
    .toReversed()
    .flatMap(({ createdAt, message }) =>
      createdAt === undefined || message === undefined ? [] : [{ at: createdAt, message }],
    )
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}
