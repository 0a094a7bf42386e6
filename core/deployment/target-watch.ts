import type { Service } from "@aws-sdk/client-ecs";
import { targetHealth } from "../diagnosis/targets.ts";
import type { Clients } from "../platform/aws/clients.ts";
import type { WatchEvent } from "./events.ts";

/** A task that runs is not yet one that serves; asking every second for it would cost more than it tells. */
const lookEveryMs = 10_000;

/** Tells how many targets of the service are healthy, where it has a load balancer that may be read. */
export class TargetWatch {
  readonly #clients: Pick<Clients, "elb">;
  readonly #signal: AbortSignal;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #told = "";
  #able = true;

  constructor(clients: Pick<Clients, "elb">, signal: AbortSignal) {
    this.#clients = clients;
    this.#signal = signal;
  }

  /** @param now the run's clock, milliseconds since the epoch */
  async lookAt(service: Service, now: number): Promise<readonly WatchEvent[]> {
    const balanced = (service.loadBalancers ?? []).some(({ targetGroupArn }) => targetGroupArn !== undefined);
    if (!this.#able || !balanced || now - this.#lookedAt < lookEveryMs) return [];
    this.#lookedAt = now;
    const notes: string[] = [];
    const health = await targetHealth(this.#clients.elb, service, {
      signal: this.#signal,
      note: (line) => notes.push(line),
    });
    this.#able = health !== undefined;
    if (health === undefined) {
      return this.#signal.aborted
        ? []
        : notes.map((line) => ({ type: "note", line: `whether targets are healthy cannot be told: ${line}` }));
    }
    const states = [...health.values()].flat().map(({ TargetHealth }) => TargetHealth?.State ?? "unknown");
    const counts = [...Map.groupBy(states, (state) => state)].map(([state, all]) => [state, all.length] as const);
    const key = JSON.stringify(counts);
    if (key === this.#told || counts.length === 0) return [];
    this.#told = key;
    return [{ type: "targets", counts: new Map(counts) }];
  }
}
