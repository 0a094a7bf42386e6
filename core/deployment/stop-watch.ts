import { type StoppedTask, stoppedForCause, stoppedTasks } from "../diagnosis/stopped-tasks.ts";
import type { Clients } from "../platform/aws/clients.ts";
import type { WatchEvent } from "./events.ts";
import type { PinnedDeployment } from "./strategy.ts";

/** Tells once of each task of the deployment that stopped. Looks only where a reading hints at one. */
export class StopWatch {
  readonly #clients: Pick<Clients, "ecs">;
  readonly #pinned: PinnedDeployment;
  readonly #signal: AbortSignal;
  readonly #told = new Map<string, StoppedTask>();
  #able = true;

  constructor(clients: Pick<Clients, "ecs">, pinned: PinnedDeployment, signal: AbortSignal) {
    this.#clients = clients;
    this.#pinned = pinned;
    this.#signal = signal;
  }

  /** Those that stopped for a cause, as far as they were seen. */
  get stopped(): readonly StoppedTask[] {
    return [...this.#told.values()];
  }

  async lookFor(events: readonly WatchEvent[]): Promise<readonly WatchEvent[]> {
    if (!this.#able || !events.some(hintsAtStop)) return [];
    const notes: string[] = [];
    const tasks = await stoppedTasks(this.#clients.ecs, this.#pinned.name, this.#pinned.id, {
      signal: this.#signal,
      note: (line) => notes.push(line),
    });
    this.#able = tasks !== undefined;
    if (this.#signal.aborted) return [];
    const fresh = (tasks ?? []).filter(stoppedForCause).filter(({ taskArn }) => !this.#told.has(taskArn));
    for (const task of fresh) this.#told.set(task.taskArn, task);
    return [
      ...notes.map((line) => ({ type: "note" as const, line: `why tasks stop cannot be told: ${line}` })),
      ...Map.groupBy(fresh, stopReason)
        .entries()
        .map(([reason, stopped]) => ({ type: "tasks-stopped" as const, reason, tasks: stopped })),
    ];
  }
}

function stopReason({ stoppedReason, stopCode }: StoppedTask): string {
  return stoppedReason === "" ? stopCode : stoppedReason;
}

function hintsAtStop(event: WatchEvent): boolean {
  if (event.type === "counts") return event.ours.failed > 0;
  return event.type === "service-event" && /unhealthy|failed|stopped|unable to consistently/.test(event.message);
}
