import type { Service } from "@aws-sdk/client-ecs";
import type { EcsApi } from "../platform/aws/ecs.ts";
import { awsFailure, awsWords, failureKind } from "../platform/aws/failures.ts";
import type { Clock } from "../platform/clock.ts";
import { describeService, type ServiceName } from "../preflight/describe-service.ts";

export type Reading =
  | { readonly kind: "service"; readonly service: Service }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "deadline" }
  | { readonly kind: "cancelled" };

/** A young deployment changes by the second; one that takes minutes is not missed for two. */
const paces = [
  { untilMs: 120_000, intervalMs: 1_000 },
  { untilMs: Number.POSITIVE_INFINITY, intervalMs: 2_000 },
];
const longestIntervalMs = 20_000;

/**
 * Reads a service again and again: every 1 to 1.5 s in the first two minutes and every 2 to 3 s after them (DescribeServices
 * refills 20 a second per account and region), at twice the interval after each reading that failed in a row, and
 * never past the deadline: a reading that hangs is ended there too.
 */
export class ServicePoller implements Disposable {
  readonly #ecs: Pick<EcsApi, "describeServices">;
  readonly #name: ServiceName;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #deadline: number;
  readonly #random: () => number;
  readonly #startedAt: number;
  readonly #timeUp = new AbortController();
  readonly #disposed = new AbortController();
  #failures = 0;

  constructor(
    ecs: Pick<EcsApi, "describeServices">,
    name: ServiceName,
    options: { clock: Clock; signal: AbortSignal; deadline: number; random?: () => number },
  ) {
    this.#ecs = ecs;
    this.#name = name;
    this.#clock = options.clock;
    this.#signal = options.signal;
    this.#deadline = options.deadline;
    this.#random = options.random ?? Math.random;
    this.#startedAt = this.#clock.now();
    this.#clock.sleep(Math.max(0, this.#deadline - this.#startedAt), this.#disposed.signal).then(
      () => this.#timeUp.abort(),
      () => undefined,
    );
  }

  /**
   * Waits for the next reading.
   * @throws {ToolkitError} where reading on makes no sense: denied, credentials expired, service gone
   */
  async next(): Promise<Reading> {
    const ending = AbortSignal.any([this.#signal, this.#timeUp.signal]);
    try {
      await this.#clock.sleep(this.#interval(), ending);
      const service = await describeService(this.#ecs, this.#name, ending);
      this.#failures = 0;
      return { kind: "service", service };
    } catch (error) {
      if (this.#signal.aborted) return { kind: "cancelled" };
      if (this.#timeUp.signal.aborted) return { kind: "deadline" };
      return this.#passing(error);
    }
  }

  [Symbol.dispose](): void {
    this.#disposed.abort();
  }

  #interval(): number {
    const age = this.#clock.now() - this.#startedAt;
    const pace = paces.find(({ untilMs }) => age < untilMs)?.intervalMs ?? longestIntervalMs;
    return Math.min(longestIntervalMs, pace * 2 ** this.#failures) * (1 + this.#random() / 2);
  }

  #passing(error: unknown): Reading {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (!["throttled", "transient"].includes(failureKind(cause))) throw awsFailure("ecs:DescribeServices", error);
    this.#failures = Math.min(this.#failures + 1, 5);
    return { kind: "failed", reason: awsWords(cause) };
  }
}
