import type { Service } from "@aws-sdk/client-ecs";
import { awsFailure, awsWords, failureKind } from "../platform/aws/failures.ts";
import type { Clock } from "../platform/clock.ts";
import type { ServiceName } from "../preflight/describe-service.ts";
import type { ServiceReadings } from "./service-readings.ts";

export type Reading =
  | { readonly kind: "service"; readonly service: Service }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "deadline" }
  | { readonly kind: "cancelled" };

/**
 * One service's readings, until a deadline: a call that hangs is ended there too.
 */
export class ServicePoller implements Disposable {
  readonly #readings: ServiceReadings;
  readonly #name: ServiceName;
  readonly #signal: AbortSignal;
  /** Ends with the run or at the deadline: for whatever is read between two readings. */
  readonly ending: AbortSignal;
  readonly #timeUp = new AbortController();
  readonly #disposed = new AbortController();

  constructor(
    readings: ServiceReadings,
    name: ServiceName,
    options: { readonly clock: Clock; readonly signal: AbortSignal; readonly deadline: number },
  ) {
    this.#readings = readings;
    this.#name = name;
    this.#signal = options.signal;
    this.ending = AbortSignal.any([this.#signal, this.#timeUp.signal]);
    const { clock, deadline } = options;
    clock.sleep(Math.max(0, deadline - clock.now()), this.#disposed.signal).then(
      () => this.#timeUp.abort(),
      () => undefined,
    );
  }

  /**
   * Waits for the next reading.
   * @throws {ToolkitError} where reading on makes no sense: denied, credentials expired, service gone
   */
  async next(): Promise<Reading> {
    try {
      return { kind: "service", service: await this.#readings.next(this.#name, this.ending) };
    } catch (error) {
      if (this.#signal.aborted) return { kind: "cancelled" };
      if (this.#timeUp.signal.aborted) return { kind: "deadline" };
      return passing(error);
    }
  }

  [Symbol.dispose](): void {
    this.#disposed.abort();
  }
}

function passing(error: unknown): Reading {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!["throttled", "transient"].includes(failureKind(cause))) throw awsFailure("ecs:DescribeServices", error);
  return { kind: "failed", reason: awsWords(cause) };
}
