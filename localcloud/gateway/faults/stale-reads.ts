/** Eventual consistency: a read is answered with what the same read was answered some time ago. */
import type { Clock } from "../../clock.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { HttpAnswer } from "../../protocol/wire.ts";
import type { Exchange } from "../exchange.ts";

/** So many answers are kept; the read whose first answer is oldest is forgotten first. */
const CAPACITY = 2_000;

/** What a read came to: an answer, or what it was refused with. */
export type Outcome = HttpAnswer | AwsError;

interface Given {
  readonly at: number;
  readonly answer: Outcome;
  readonly requestId: string;
}

/** Whether an operation changes nothing, by its name. */
export function isRead(operation: string): boolean {
  return /^(Describe|List|Get|BatchGet|BatchCheck|Filter)[A-Z]/.test(operation);
}

/**
 * What each read was answered, oldest first. A read is a call of the same operation with the same input. What was
 * never asked before is answered as it is: only the caller's own readings are known.
 */
export class StaleReads {
  readonly #clock: Clock;
  readonly #staleMs: number;
  readonly #given = new Map<string, Given[]>();
  #count = 0;

  constructor(clock: Clock, staleMs: number) {
    this.#clock = clock;
    this.#staleMs = staleMs;
  }

  /** Keeps the answer, which is the present one, for calls to come. */
  remember(exchange: Exchange, answer: Outcome): void {
    const key = keyOf(exchange);
    const given = this.#given.get(key) ?? [];
    given.push({ at: this.#clock.now(), answer, requestId: exchange.requestId });
    this.#given.set(key, given);
    this.#count += 1;
    this.#forgetOlder(given);
    for (const [oldest, answers] of this.#given) {
      if (this.#count <= CAPACITY || oldest === key) break;
      this.#given.delete(oldest);
      this.#count -= answers.length;
    }
  }

  /** The newest answer that is old enough, or the oldest where none is. It carries the call's own request id. */
  answer(exchange: Exchange): Outcome | undefined {
    const given = this.#given.get(keyOf(exchange)) ?? [];
    const from = given.findLast(({ at }) => at <= this.#clock.now() - this.#staleMs) ?? given[0];
    return from && underId(from, exchange.requestId);
  }

  /** No call to come can need what is older than the newest answer that is old enough now. */
  #forgetOlder(given: Given[]): void {
    const needed = given.findLastIndex(({ at }) => at <= this.#clock.now() - this.#staleMs);
    const excess = Math.max(needed, given.length - CAPACITY);
    if (excess > 0) this.#count -= given.splice(0, excess).length;
  }
}

function keyOf({ target, principal, input }: Exchange): string {
  return JSON.stringify([target?.service.signingName, target?.operation, target?.region, principal?.arn, input]);
}

function underId({ answer, requestId }: Given, now: string): Outcome {
  if (answer instanceof AwsError) return answer;
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, value === requestId ? now : value]);
  const body = typeof answer.body === "string" ? answer.body.replaceAll(requestId, now) : answer.body;
  return { ...answer, headers: Object.fromEntries(headers), body };
}
