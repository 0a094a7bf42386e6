/** Faults that are asked for at `PUT /_localcloud/faults`, between the journal and the operations. */
import type { Clock } from "../../clock.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { HttpAnswer } from "../../protocol/wire.ts";
import { seededRandom } from "../../seeded-random.ts";
import type { Exchange, Handler, Target } from "../exchange.ts";
import type { OwnPage } from "../own-pages.ts";
import type { Service } from "../service.ts";
import { type Fault, parseFaults } from "./fault.ts";
import { accessDenied, expiredToken, serviceFailure, throttling } from "./fault-errors.ts";
import { isRead, type Outcome, StaleReads } from "./stale-reads.ts";

type Answering = () => Promise<HttpAnswer | undefined>;

export class Faults {
  readonly #clock: Clock;
  readonly #serviceClock: Clock;
  #active: readonly ActiveFault[] = [];

  /**
   * @param clock real time, for what callers wait
   * @param serviceClock the time of the answers, for how old they are
   */
  constructor(clock: Clock, serviceClock: Clock) {
    this.#clock = clock;
    this.#serviceClock = serviceClock;
  }

  /** Before the signature is checked, as AWS's own front does. A fault that answers leaves none to those after it. */
  readonly handler: Handler = (exchange, next) => through(this.#active, exchange, next);

  /** Where a policy would decide: the caller is known, the operation not yet called. */
  readonly authorisation: Handler = (exchange, next) => {
    const { target, principal } = exchange;
    const denying = target && this.#active.find((fault) => fault.denies(exchange, target));
    if (target === undefined || principal === undefined || !denying) return next();
    note(exchange, denying.fault);
    throw accessDenied(target.service, target.operation, principal, resourceOf(exchange, target));
  };

  /** GET shows the faults and how many calls each has met, PUT replaces them all, DELETE ends them. */
  pages(services: readonly Service[]): [string, OwnPage][] {
    const shown = () => ({ faults: this.#active.map((active) => active.shown()) });
    const replace = (faults: readonly Fault[]) => {
      this.#active = faults.map((fault) => new ActiveFault(fault, this.#clock, this.#serviceClock));
      return shown();
    };
    return [
      ["GET /_localcloud/faults", shown],
      ["PUT /_localcloud/faults", (body) => replace(parseFaults(body, services))],
      ["DELETE /_localcloud/faults", () => replace([])],
    ];
  }
}

function through(
  [active, ...rest]: readonly ActiveFault[],
  exchange: Exchange,
  next: Answering,
): ReturnType<Answering> {
  if (active === undefined) return next();
  return active.meet(exchange, () => through(rest, exchange, next));
}

class ActiveFault {
  readonly fault: Fault;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #endsAt: number;
  readonly #staleReads: StaleReads | undefined;
  #seen = 0;
  #met = 0;

  constructor(fault: Fault, clock: Clock, serviceClock: Clock) {
    this.fault = fault;
    this.#clock = clock;
    this.#random = seededRandom(fault.seed);
    this.#endsAt = clock.now() + (fault.forMs ?? Number.POSITIVE_INFINITY);
    this.#staleReads = fault.kind === "stale-reads" ? new StaleReads(serviceClock, fault.staleMs) : undefined;
  }

  shown(): object {
    return { ...this.fault, met: this.#met };
  }

  denies(exchange: Exchange, target: Target): boolean {
    return this.fault.kind === "access-denied" && this.#matches(exchange, target) && this.#strikes();
  }

  async meet(exchange: Exchange, onwards: Answering): ReturnType<Answering> {
    const { target } = exchange;
    if (this.fault.kind === "access-denied" || target === undefined || !this.#matches(exchange, target))
      return onwards();
    const strikes = this.#strikes();
    if (this.#staleReads !== undefined)
      return readStale(this.#staleReads, exchange, { fault: this.fault, strikes, onwards });
    if (!strikes) return onwards();
    note(exchange, this.fault);
    return inject(this.fault, target, { clock: this.#clock, onwards });
  }

  #matches({ request }: Exchange, { service, operation }: Target): boolean {
    const { fault } = this;
    if (fault.userAgent !== undefined && !request.headers["user-agent"]?.includes(fault.userAgent)) return false;
    if (fault.service !== undefined && fault.service !== service.signingName) return false;
    if (fault.kind === "stale-reads" && !isRead(operation)) return false;
    return fault.operations?.includes(operation) ?? true;
  }

  #strikes(): boolean {
    const { after, count = Number.POSITIVE_INFINITY, rate } = this.fault;
    if (this.#clock.now() >= this.#endsAt || this.#met >= count) return false;
    this.#seen += 1;
    if (this.#seen <= after || this.#random() >= rate) return false;
    this.#met += 1;
    return true;
  }
}

async function inject(
  fault: Fault,
  { service }: Target,
  { clock, onwards }: { readonly clock: Clock; readonly onwards: Answering },
): ReturnType<Answering> {
  switch (fault.kind) {
    case "throttle":
      throw throttling(service);
    case "error":
      throw serviceFailure(service, fault.status);
    case "expired-token":
      throw expiredToken(service);
    case "captive-portal":
      return signInPage;
    case "truncated":
      return halved(await onwards());
    case "latency":
      await new Promise<void>((resolve) => clock.after(fault.ms, resolve));
      return onwards();
    case "reset":
      if (fault.when === "after") await outcomeOf(onwards);
      return undefined;
    default:
      return onwards();
  }
}

const signInPage: HttpAnswer = {
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<!DOCTYPE html><html><body>Sign in to use this network.</body></html>",
};

function halved(answer: HttpAnswer | undefined): HttpAnswer | undefined {
  return answer && { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
}

/** Reads as ever, so that later reads have something old to be answered with. */
async function readStale(
  reads: StaleReads,
  exchange: Exchange,
  { fault, strikes, onwards }: { readonly fault: Fault; readonly strikes: boolean; readonly onwards: Answering },
): ReturnType<Answering> {
  const outcome = await outcomeOf(onwards);
  // Refused before it was known what is asked for.
  if (outcome === undefined || exchange.input === undefined) return answered(outcome);
  reads.remember(exchange, outcome);
  if (!strikes) return answered(outcome);
  note(exchange, fault);
  return answered(reads.answer(exchange) ?? outcome);
}

/** What was refused is an outcome like any other. */
async function outcomeOf(onwards: Answering): Promise<Outcome | undefined> {
  try {
    return await onwards();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error;
  }
}

function answered(outcome: Outcome | undefined): HttpAnswer | undefined {
  if (outcome instanceof AwsError) throw outcome;
  return outcome;
}

function note(exchange: Exchange, { kind }: Fault): void {
  exchange.faults = [...(exchange.faults ?? []), kind];
}

/** The first ARN that the input names. Where it gives names only, `*`: the fault knows no service's ARNs. */
function resourceOf({ request }: Exchange, { wire, shapes }: Target): string {
  const input = wire.readInput(request, shapes, "ignore") as object;
  const values = Object.values(input).flat();
  return values.find((value): value is string => typeof value === "string" && value.startsWith("arn:")) ?? "*";
}
