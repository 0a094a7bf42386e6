import type { Clients } from "../platform/aws/clients.ts";
import { ToolkitError } from "../platform/errors.ts";
import { brokenOff } from "../platform/time-limit.ts";
import { type ApiCall, apiClients } from "./api-proxy.ts";
import { thrownAgain } from "./recorded-error.ts";
import type { ReplayTime } from "./replay-time.ts";
import type { Trace, TracedCall } from "./trace.ts";
import { canonical, toJson } from "./values.ts";

/** Answers calls with what a trace has, when the trace has it, and keeps where the two differ. */
export class ReplayedCalls {
  readonly #trace: Trace;
  readonly #time: ReplayTime;
  readonly #left: Set<TracedCall>;
  /** By what they call, and by that and its input: a trace may have very many. */
  readonly #queues = new Map<string, CallQueue>();
  readonly #differences: string[] = [];

  constructor(trace: Trace, time: ReplayTime) {
    this.#trace = trace;
    this.#time = time;
    this.#left = new Set(trace.calls);
    for (const call of trace.calls) {
      this.#queue(kindOf(call)).add(call);
      this.#queue(kindOf(call) + call.input).add(call);
    }
  }

  readonly clients: Clients = apiClients((call) => this.#answer(call));

  /** Each a sentence that names a line. */
  get differences(): readonly string[] {
    const [first] = this.#left;
    if (first === undefined) return this.#differences;
    const others = this.#left.size === 1 ? "" : `, and ${this.#left.size - 1} more calls after it`;
    return [...this.#differences, `line ${first.line}: ${first.operation} is not called any more${others}`];
  }

  #answer(call: ApiCall): Promise<unknown> {
    const { service, operation, options } = call;
    const input = canonical(toJson(call.input));
    const made = this.#next(service, operation, input);
    if (made !== undefined) {
      this.#left.delete(made);
      if (made.input !== input) this.#differences.push(`line ${made.line}: ${operation} is called with another input`);
    }
    return new Promise((resolve, reject) => {
      const cancel = this.#schedule(call, made, { resolve, reject });
      // `until` ends no request that was sent; that it ended the call otherwise is what the trace has as its answer.
      const { signal } = options;
      if (signal !== undefined) onAbort(signal, () => [cancel(), reject(brokenOff(signal))]);
    });
  }

  /** The first of its kind that is left, with the same input where there is one. */
  #next(service: string, operation: string, input: string): TracedCall | undefined {
    const kind = kindOf({ service, operation });
    return this.#queues.get(kind + input)?.first(this.#left) ?? this.#queues.get(kind)?.first(this.#left);
  }

  #queue(key: string): CallQueue {
    const queue = this.#queues.get(key) ?? new CallQueue();
    this.#queues.set(key, queue);
    return queue;
  }

  #schedule(
    { service, operation }: ApiCall,
    made: TracedCall | undefined,
    { resolve, reject }: { resolve: (output: unknown) => void; reject: (error: Error) => void },
  ): () => void {
    const answer = made?.answer;
    if (answer === undefined) {
      // Whatever else the trace has comes first: a signal, a deadline, may end a call that was never answered.
      const late = { at: this.#trace.endMs, rank: Number.POSITIVE_INFINITY, awaited: true };
      return this.#time.at(late, () => {
        const error = noAnswer(`${service}:${operation}`, this.#trace, made);
        if (this.#trace.verdict !== undefined) this.#differences.push(error.message);
        reject(error);
      });
    }
    const { t: at, line: rank, output, requestId, error } = answer;
    return this.#time.at({ at, rank, awaited: true }, () => {
      if (error !== undefined) reject(thrownAgain(error));
      else resolve({ ...structuredClone(output as object), $metadata: { requestId } });
    });
  }
}

/** Calls in their order. */
class CallQueue {
  readonly #calls: TracedCall[] = [];
  #from = 0;

  add(call: TracedCall): void {
    this.#calls.push(call);
  }

  first(left: ReadonlySet<TracedCall>): TracedCall | undefined {
    for (; this.#from < this.#calls.length; this.#from += 1) {
      const call = this.#calls[this.#from];
      if (call !== undefined && left.has(call)) return call;
    }
    return undefined;
  }
}

function kindOf({ service, operation }: Pick<TracedCall, "service" | "operation">): string {
  return `${service}:${operation}:`;
}

function onAbort(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
}

function noAnswer(action: string, { verdict }: Trace, made: TracedCall | undefined): ToolkitError {
  const where = made === undefined ? "is not in the trace" : `line ${made.line} has no answer`;
  const why = verdict === undefined ? "the trace ends here, without a verdict" : "the engine has changed since";
  return new ToolkitError(
    "TRACE_ENDED",
    `${action} ${where}: ${why}`,
    verdict === undefined
      ? "Look at the service: the run was killed here, or could not write on."
      : "Record the deployment again with this version.",
  );
}
