/** Whether a service counts a task as healthy. */
import type { Clock } from "../../../clock.ts";
import type { TargetRegistry } from "../../../loadbalancer/targets.ts";
import type { Task } from "../state.ts";

/** A task with neither a load balancer nor a health check counts as healthy this long after it is RUNNING. */
const UNCHECKED_MS = 40_000;

export type Verdict =
  | { readonly state: "healthy" }
  | { readonly state: "waiting" /** When time alone changes the verdict. */; readonly until?: number }
  | { readonly state: "unhealthy"; readonly stoppedReason: string; readonly sentence: string };

export function judge(task: Task, targets: TargetRegistry, clock: Clock): Verdict {
  if (task.lastStatus !== "RUNNING" || task.startedAt === undefined) return { state: "waiting" };
  const startedAt = task.startedAt.getTime();
  const graceEnds = startedAt + (task.owner?.service.settings.healthCheckGracePeriodSeconds ?? 0) * 1000;
  const verdict = worst([byContainers(task), ...task.targets.map((target) => byTarget(task, target, targets))]);
  if (verdict === undefined) return afterTime(startedAt + UNCHECKED_MS, clock);
  if (verdict.state === "unhealthy" && clock.now() < graceEnds) return { state: "waiting", until: graceEnds };
  return verdict;
}

/** Unhealthy by one check is unhealthy; healthy is healthy by all. */
function worst(verdicts: readonly (Verdict | undefined)[]): Verdict | undefined {
  const given = verdicts.filter((verdict) => verdict !== undefined);
  return given.find(({ state }) => state === "unhealthy") ?? given.find(({ state }) => state === "waiting") ?? given[0];
}

function afterTime(until: number, clock: Clock): Verdict {
  return clock.now() >= until ? { state: "healthy" } : { state: "waiting", until };
}

function byContainers(task: Task): Verdict | undefined {
  const checked = task.definition.containerDefinitions?.some(
    ({ essential, healthCheck }) => essential !== false && healthCheck !== undefined,
  );
  if (!checked) return undefined;
  if (task.healthStatus === "HEALTHY") return { state: "healthy" };
  if (task.healthStatus === "UNKNOWN") return { state: "waiting" };
  return {
    state: "unhealthy",
    stoppedReason: "Task failed container health checks",
    sentence: `(task ${task.id}) failed container health checks.`,
  };
}

function byTarget(task: Task, { targetGroupArn, target }: Task["targets"][number], targets: TargetRegistry): Verdict {
  const health = targets.health(targetGroupArn, target);
  if (health?.State === "healthy") return { state: "healthy" };
  if (health?.State !== "unhealthy") return { state: "waiting" };
  return {
    state: "unhealthy",
    stoppedReason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
    sentence: `(task ${task.id}) (port ${target.port}) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${health.Description}).`,
  };
}
