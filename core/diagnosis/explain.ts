import { type Evidence, serviceName } from "./evidence.ts";
import { explainAlarms } from "./explain-alarms.ts";
import { explainEvents } from "./explain-events.ts";
import { initialization } from "./explain-initialization.ts";
import { roleUnusable } from "./explain-role.ts";
import { containerExited, containerUnhealthy, loadBalancerUnhealthy, outOfMemory } from "./explain-run.ts";
import { cannotStart, imageUnavailable } from "./explain-start.ts";
import type { Explanation, Recogniser } from "./explanation.ts";
import type { StoppedTask } from "./stopped-tasks.ts";

/** The most specific first. */
const recognisers: readonly Recogniser[] = [
  imageUnavailable,
  roleUnusable,
  initialization,
  cannotStart,
  outOfMemory,
  containerUnhealthy,
  loadBalancerUnhealthy,
  containerExited,
];

export interface Explained extends Explanation {
  /** The newest task that the explanation is about. */
  readonly task: StoppedTask | undefined;
  /** Of how many tasks it is true, to follow `why`: `, 2 tasks of 3`; empty where no task is known. */
  readonly share: string;
}

/**
 * Finds the alarm that failed the deployment, else the reason that most of the stopped tasks share, else what the events
 * say, else what is certain: nothing.
 * @param reason why the watch ended, in AWS's words
 */
export function explain(evidence: Evidence, reason: string): Explained {
  const alarm = explainAlarms(evidence.alarms);
  if (alarm !== undefined) return { ...alarm, task: undefined, share: "" };
  const groups = Map.groupBy(
    evidence.tasks.map((task) => ({ task, explanation: explainTask(task, evidence) })),
    ({ explanation }) => explanation.cause,
  );
  const [largest] = [...groups.values()].sort((a, b) => b.length - a.length);
  const newest = largest?.at(-1);
  if (largest === undefined || newest === undefined)
    return { ...explainEvents(evidence, reason), task: undefined, share: "" };
  const { explanation, task } = newest;
  const all = evidence.tasks.length;
  return { ...explanation, share: `, ${largest.length} ${all === 1 ? "task" : "tasks"} of ${all}`, task };
}

function explainTask(task: StoppedTask, evidence: Evidence): Explanation {
  for (const recognise of recognisers) {
    const explanation = recognise(task, evidence);
    if (explanation !== undefined) return explanation;
  }
  return {
    cause: "unknown",
    why: `tasks stopped: ${task.stoppedReason === "" ? task.stopCode : task.stoppedReason}`,
    fix: `look at the stopped tasks of service ${serviceName(evidence)}`,
    container: task.containers[0]?.name,
  };
}
