import { type StoppedTask, stoppedForCause, stoppedTasks } from "../diagnosis/stopped-tasks.ts";
import type { Clients } from "../platform/aws/clients.ts";
import type { Run } from "../platform/run.ts";
import type { WatchEvent } from "./events.ts";
import { Rollout } from "./rollout.ts";
import { ServicePoller } from "./service-poller.ts";
import type { PinnedDeployment, Strategy } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Rolling update by the ECS deployment controller. The verdict needs DescribeServices alone; ListTasks and
 * DescribeTasks add why tasks stopped, where they are allowed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
export const rolling: Strategy = { name: "rolling", watch };

async function* watch(clients: Clients, pinned: PinnedDeployment, run: Run): AsyncGenerator<WatchEvent, Verdict> {
  const { clock, signal } = run;
  using poller = new ServicePoller(clients.ecs, pinned.name, { clock, signal, deadline: pinned.deadline });
  const rollout = new Rollout(pinned);
  const stops = new StopWatch(clients, pinned, signal);
  let failing = false;
  for (;;) {
    const reading = await poller.next();
    if (reading.kind === "failed") {
      if (!failing) yield { type: "reading-failed", reason: reading.reason };
      failing = true;
      continue;
    }
    failing = false;
    if (reading.kind !== "service") return rollout.end(reading.kind);
    const { events, verdict } = rollout.observe(reading.service, clock.now());
    yield { type: "reading" };
    yield* await stops.lookFor(events);
    yield* events;
    if (verdict !== undefined) return verdict;
  }
}

/** Tells once of each task of the deployment that stopped. Looks only where a reading hints at one. */
class StopWatch {
  readonly #clients: Clients;
  readonly #pinned: PinnedDeployment;
  readonly #signal: AbortSignal;
  readonly #told = new Set<string>();
  #able = true;

  constructor(clients: Clients, pinned: PinnedDeployment, signal: AbortSignal) {
    this.#clients = clients;
    this.#pinned = pinned;
    this.#signal = signal;
  }

  async lookFor(events: readonly WatchEvent[]): Promise<readonly WatchEvent[]> {
    if (!this.#able || !events.some(hintsAtStop)) return [];
    const notes: string[] = [];
    const tasks = await stoppedTasks(this.#clients.ecs, this.#pinned.name, this.#pinned.id, {
      signal: this.#signal,
      note: (line) => notes.push(line),
    });
    this.#able = tasks !== undefined;
    const fresh = (tasks ?? []).filter(stoppedForCause).filter(({ taskArn }) => !this.#told.has(taskArn));
    for (const { taskArn } of fresh) this.#told.add(taskArn);
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
