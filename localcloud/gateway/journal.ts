/** Every AWS API call, as `GET /_localcloud/journal` shows it. Inputs are not kept: they may hold secrets. */
import type { Clock } from "../clock.ts";
import type { Exchange, Handler } from "./exchange.ts";

export interface JournalEntry {
  /** ISO 8601. */
  readonly time: string;
  /** The caller's ARN, or `anonymous` where it could not be told. */
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  /** Names and ARNs that the call was about. */
  readonly resources: readonly string[];
  /** 0 where the connection was reset instead of an answer. */
  readonly status: number;
  readonly errorCode?: string;
  /** The faults that met the call (`PUT /_localcloud/faults`), by their kinds. */
  readonly faults?: readonly string[];
  readonly ms: number;
  readonly requestId: string;
}

/** Old entries make room: a local cloud may run for days. */
const CAPACITY = 10_000;
/** No name or ARN of AWS's is longer, and no call is about more. What is beyond is not kept: a refused call may hold anything. */
const LONGEST_RESOURCE = 2048;
const MOST_RESOURCES = 100;
/** A fleet's watch names a hundred ARNs in every call: what these take is bounded, too. In characters. */
const MOST_RESOURCE_TEXT = 16 * 1024 * 1024;
const RESOURCE_MEMBER =
  /^(cluster|clusters|service|services|task|tasks|taskDefinition|family|repository|.*(Arn|Arns|Name|Names))$/;

export class Journal {
  readonly #clock: Clock;
  #entries: JournalEntry[] = [];
  #resourceText = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  readonly handler: Handler = async (exchange, next) => {
    const started = this.#clock.now();
    const answer = await next();
    this.#add({
      time: new Date(started).toISOString(),
      principal: exchange.principal?.arn ?? "anonymous",
      service: exchange.target?.service.signingName ?? "unknown",
      operation: exchange.target?.operation ?? "unknown",
      resources: resourcesOf(exchange),
      status: answer?.status ?? 0,
      ...(exchange.errorCode === undefined ? {} : { errorCode: exchange.errorCode }),
      ...(exchange.faults === undefined ? {} : { faults: exchange.faults }),
      ms: this.#clock.now() - started,
      requestId: exchange.requestId,
    });
    return answer;
  };

  #add(entry: JournalEntry): void {
    this.#entries.push(entry);
    this.#resourceText += textOf(entry);
    if (this.#entries.length > CAPACITY * 2) this.#keep(CAPACITY);
    else if (this.#resourceText > MOST_RESOURCE_TEXT) this.#keep(Math.ceil(this.#entries.length / 2));
  }

  #keep(newest: number): void {
    this.#entries = this.#entries.slice(-newest);
    this.#resourceText = this.#entries.reduce((sum, entry) => sum + textOf(entry), 0);
  }
}

function textOf({ resources }: JournalEntry): number {
  return resources.reduce((sum, resource) => sum + resource.length, 0);
}

function resourcesOf(exchange: Exchange): string[] {
  return Object.entries(exchange.input ?? {})
    .filter(([member]) => RESOURCE_MEMBER.test(member))
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === "string" && value.length <= LONGEST_RESOURCE)
    .slice(0, MOST_RESOURCES);
}
