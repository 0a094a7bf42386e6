import { isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import { containerDefinition, type Evidence } from "./evidence.ts";
import { explainTargets } from "./explain-targets.ts";
import type { Recogniser } from "./explanation.ts";
import type { StoppedContainer, StoppedTask } from "./stopped-tasks.ts";

/** Tasks that ran, and did not go on. */

/** 128 and the number of SIGKILL. */
const killed = 137;

export const outOfMemory: Recogniser = (task, evidence) => {
  const victim = task.containers.find(({ reason }) => /OutOfMemory/.test(reason ?? ""));
  if (victim === undefined && !/OutOfMemory/.test(task.stoppedReason)) return undefined;
  const container = (victim ?? failedContainer(task, evidence))?.name ?? "";
  const limit = memoryLimit(evidence, container);
  const now = limit === undefined ? "" : ` (now ${limit} MiB)`;
  return {
    cause: "out-of-memory",
    why: `container ${container} was killed because it used more memory than it has${now}`,
    fix: `raise memory of container ${container}${now}, or let it use less`,
    container,
  };
};

export const containerUnhealthy: Recogniser = (task, evidence) => {
  if (!/failed container health checks/i.test(task.stoppedReason)) return undefined;
  const checked = task.containers.find(({ name }) => isJsonObject(containerDefinition(evidence, name)?.healthCheck));
  const container = checked?.name ?? task.containers[0]?.name ?? "";
  const check = containerDefinition(evidence, container)?.healthCheck;
  const command = isJsonObject(check) && Array.isArray(check.command) ? ` (${check.command.join(" ")})` : "";
  return {
    cause: "container-health-check",
    why: `the health check of container ${container}${command} failed again and again`,
    fix: `let the health check of container ${container} succeed within ${healthySeconds(check)} s of the start, or raise its startPeriod`,
    container,
  };
};

export const loadBalancerUnhealthy: Recogniser = (task, evidence) => {
  const targetGroupArn = /failed ELB health checks in \(target-group ([^)]+)\)/i.exec(task.stoppedReason)?.[1];
  return targetGroupArn === undefined ? undefined : explainTargets(targetGroupArn, evidence, task.id);
};

export const containerExited: Recogniser = (task, evidence) => {
  if (task.stopCode !== "EssentialContainerExited") return undefined;
  const container = failedContainer(task, evidence);
  if (container === undefined) return undefined;
  const { name, exitCode, reason } = container;
  const after = secondsOfRun(task);
  return {
    cause: "container-exited",
    why: `container ${name} exited with code ${exitCode ?? "unknown"}${after}${reason === undefined ? "" : `: ${reason}`}`,
    fix: `correct what makes container ${name} exit (see its log${memoryPerhaps(exitCode)}), and deploy again`,
    container: name,
  };
};

/** The essential container whose end ended the task: the first with an exit code that is not 0, if there is one. */
function failedContainer(task: StoppedTask, evidence: Evidence): StoppedContainer | undefined {
  const essential = task.containers.filter(({ name }) => containerDefinition(evidence, name)?.essential !== false);
  const ended = essential.filter(({ exitCode }) => exitCode !== undefined);
  return ended.find(({ exitCode }) => exitCode !== 0) ?? ended[0] ?? essential[0];
}

/** Where the task's limit was exceeded and not the container's own, only SIGKILL tells of it. */
function memoryPerhaps(exitCode: number | undefined): string {
  return exitCode === killed ? " and the memory that the task used: 137 is SIGKILL" : "";
}

function memoryLimit({ taskDefinition, ...evidence }: Evidence, container: string): JsonValue | undefined {
  const definition = containerDefinition({ taskDefinition, ...evidence }, container);
  return definition?.memory ?? taskDefinition.memory;
}

function healthySeconds(check: JsonValue | undefined): number {
  const settings: JsonObject = isJsonObject(check) ? check : {};
  const number = (value: JsonValue | undefined, byDefault: number) => (typeof value === "number" ? value : byDefault);
  return number(settings.startPeriod, 0) + number(settings.interval, 30) * number(settings.retries, 3);
}

function secondsOfRun({ startedAt, stoppedAt }: StoppedTask): string {
  if (startedAt === undefined || stoppedAt === undefined) return "";
  const seconds = Math.round((stoppedAt.getTime() - startedAt.getTime()) / 1000);
  return seconds < 1 ? " at its start" : ` ${seconds} s after its start`;
}
