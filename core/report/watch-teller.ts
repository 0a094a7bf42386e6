import type { TaskCounts, WatchEvent } from "../deployment/events.ts";
import type { StoppedTask } from "../diagnosis/stopped-tasks.ts";
import { shortArn } from "../platform/arn.ts";
import { stopwatch } from "../platform/duration.ts";
import type { Log } from "../platform/log.ts";
import { shortIds, shortTaskId } from "./short-ids.ts";

/**
 * Tells a watch, one line per change: what the counts or an earlier line have said already is not said again.
 */
export class WatchTeller {
  readonly #log: Log;
  readonly #told = new Set<string>();
  #counts = "";
  #stopReason = "";

  constructor(log: Log) {
    this.#log = log;
  }

  /** @param elapsedMs since the run began */
  tell(event: WatchEvent, elapsedMs: number): void {
    const time = stopwatch(elapsedMs).padStart(5);
    if (event.type === "reading") {
      if (this.#counts !== "") this.#log.progress("watch", `${time}  ${this.#counts}`);
    } else if (event.type === "reading-failed") {
      this.#log.warn(`the service could not be read, trying on: ${event.reason}`);
    } else if (event.type === "note") {
      this.#log.warn(event.line);
    } else {
      const words = this.#words(event);
      if (words !== undefined) this.#log.step("watch", `${time}  ${shortIds(words)}`);
    }
  }

  #words(event: Exclude<WatchEvent, { type: "reading" | "reading-failed" | "note" }>): string | undefined {
    switch (event.type) {
      case "counts":
        this.#counts = countsInWords(event.ours, event.others);
        return this.#counts;
      case "rollout-state":
        return event.state === "FAILED" ? this.#once(event.reason) : undefined;
      case "rolling-back":
        return [`rolling back to ${shortArn(event.taskDefinitionArn)}`, this.#once(event.reason)]
          .filter(Boolean)
          .join(": ");
      case "targets":
        return `targets ${[...event.counts].map(([state, count]) => `${count} ${state}`).join(", ")}`;
      case "cannot-start":
        return `the revision cannot start: ${event.reason}`;
      case "rollback-requested":
        return "asked Amazon ECS to roll back";
      case "tasks-stopped":
        return this.#stops(event.reason, event.tasks);
      case "service-event":
        return isRoutine(event.message) ? undefined : this.#once(event.message, withoutTask(event.message));
    }
  }

  #stops(reason: string, tasks: readonly StoppedTask[]): string {
    const same = reason === this.#stopReason;
    this.#stopReason = reason;
    const names = tasks.map(({ id }) => shortTaskId(id)).join(", ");
    return `${tasks.length === 1 ? "task" : "tasks"} ${names} stopped: ${same ? "the same" : reason}`;
  }

  #once(words: string, key = words): string | undefined {
    if (this.#told.has(key)) return undefined;
    this.#told.add(key);
    return words;
  }
}

/** `new ●○ 1 of 2 running, 1 starting · old ●● 2 running`: the words say all, the dots repeat it. */
function countsInWords(ours: TaskCounts, others: TaskCounts): string {
  const starting = ours.pending > 0 ? `, ${ours.pending} starting` : "";
  const failed = ours.failed > 0 ? `, ${ours.failed} failed` : "";
  const gone = ours.desired + ours.running + ours.pending === 0;
  const renewed = gone
    ? `new none${failed}`
    : `new ${dots(ours)}${ours.running} of ${ours.desired} running${starting}${failed}`;
  const left = others.running + others.pending;
  return left === 0 ? renewed : `${renewed} · old ${dots({ ...others, desired: left })}${left} running`;
}

/** A picture for as many as can be counted at a glance. */
function dots({ desired, running, pending }: TaskCounts): string {
  const all = Math.max(desired, running + pending);
  if (all > 12) return "";
  return `${"●".repeat(running)}${"◐".repeat(pending)}${"○".repeat(all - running - pending)} `;
}

/** The same sentence about another task says nothing new. */
function withoutTask(message: string): string {
  return message.replace(/\(task [^)]*\)|\(port \d+\)/g, "");
}

/** Events that only repeat what counts, stopped tasks and states already say. */
function isRoutine(message: string): boolean {
  return [
    / has started \d+ tasks/,
    / registered \d+ targets in /,
    / deregistered \d+ targets in /,
    / has begun draining connections on /,
    / has stopped \d+ (running|pending) tasks/,
    / stopped \d+ pending tasks/,
    / Amazon ECS replaced \d+ tasks due to /,
    / deployment completed\.$/,
    / has reached a steady state\.$/,
    / rolling back to deployment /,
    / deployment failed: /,
  ].some((routine) => routine.test(message));
}
