import type { Service } from "@aws-sdk/client-ecs";
import type { EcsApi } from "../platform/aws/ecs.ts";
import type { Clock } from "../platform/clock.ts";
import { describeServices, inCalls, type ServiceName, serviceNotFound } from "../preflight/describe-service.ts";

/** A young deployment changes by the second; one that takes minutes is not missed for two. */
const paces = [
  { untilMs: 120_000, intervalMs: 1_000 },
  { untilMs: Number.POSITIVE_INFINITY, intervalMs: 2_000 },
];
const longestIntervalMs = 20_000;
const mostDoublings = 5;

interface Waiter {
  readonly name: ServiceName;
  readonly read: (service: Service) => void;
  readonly fail: (error: unknown) => void;
}

export interface ReadingOptions {
  readonly clock: Clock;
  /** The longest pause between two rounds, in seconds. */
  readonly maxDelaySeconds?: number | undefined;
  readonly random?: (() => number) | undefined;
}

/**
 * Reads services in rounds, all that are waited for at once and ten a call: every 1 to 1.5 s in the first two minutes
 * and every 2 to 3 s after them (DescribeServices refills 20 a second per account and region), at twice the interval
 * after each round in a row that failed. Services of one run are of one cluster.
 */
export class ServiceReadings {
  readonly #ecs: Pick<EcsApi, "describeServices">;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #longestIntervalMs: number;
  readonly #startedAt: number;
  readonly #waiting = new Set<Waiter>();
  readonly #latest = new Map<string, Service>();
  #round: AbortController | undefined;
  #failures = 0;

  constructor(ecs: Pick<EcsApi, "describeServices">, { clock, maxDelaySeconds, random = Math.random }: ReadingOptions) {
    this.#ecs = ecs;
    this.#clock = clock;
    this.#random = random;
    this.#startedAt = clock.now();
    this.#longestIntervalMs = Math.min(longestIntervalMs, (maxDelaySeconds ?? Number.POSITIVE_INFINITY) * 1000);
  }

  /**
   * The service as the next round reads it.
   * @param ending gives up the wait, and the round where nobody else waits for it
   * @throws what the reading failed with, or the signal's reason
   */
  next(name: ServiceName, ending: AbortSignal): Promise<Service> {
    return new Promise((resolve, reject) => {
      if (ending.aborted) return reject(ending.reason);
      const leave = () => {
        ending.removeEventListener("abort", giveUp);
        this.#waiting.delete(waiter);
      };
      const waiter: Waiter = {
        name,
        read: (service) => [leave(), resolve(service)],
        fail: (error) => [leave(), reject(error)],
      };
      const giveUp = () => {
        waiter.fail(ending.reason);
        if (this.#waiting.size === 0) this.#giveUpRound(ending.reason);
      };
      ending.addEventListener("abort", giveUp, { once: true });
      this.#waiting.add(waiter);
      if (this.#round === undefined) void this.#readRound();
    });
  }

  /** What was read last; `undefined` where not one reading succeeded. */
  latest({ service }: ServiceName): Service | undefined {
    return this.#latest.get(service);
  }

  async #readRound(): Promise<void> {
    const round = new AbortController();
    this.#round = round;
    await this.#clock.sleep(this.#interval(), round.signal).catch(() => undefined);
    if (round.signal.aborted) return;
    const waiters = [...this.#waiting];
    const done = await Promise.all(inCalls(waiters).map((each) => this.#read(each, round.signal)));
    if (round.signal.aborted) return;
    this.#failures = done.every(Boolean) ? 0 : Math.min(this.#failures + 1, mostDoublings);
    this.#round = undefined;
    if (this.#waiting.size > 0) void this.#readRound();
  }

  /** Who asks after this begins a round of their own. */
  #giveUpRound(reason: unknown): void {
    this.#round?.abort(reason);
    this.#round = undefined;
  }

  /** @returns whether the call was answered */
  async #read(waiters: readonly Waiter[], signal: AbortSignal): Promise<boolean> {
    try {
      const services = await describeServices(
        this.#ecs,
        waiters.map(({ name }) => name),
        signal,
      );
      for (const [index, waiter] of waiters.entries()) {
        const service = services[index];
        if (service === undefined) waiter.fail(serviceNotFound(waiter.name));
        else {
          this.#latest.set(waiter.name.service, service);
          waiter.read(service);
        }
      }
      return true;
    } catch (error) {
      for (const waiter of waiters) waiter.fail(error);
      return false;
    }
  }

  #interval(): number {
    const age = this.#clock.now() - this.#startedAt;
    const pace = paces.find(({ untilMs }) => age < untilMs)?.intervalMs ?? longestIntervalMs;
    return Math.min(this.#longestIntervalMs, pace * 2 ** this.#failures) * (1 + this.#random() / 2);
  }
}
