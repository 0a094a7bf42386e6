import * as v from "valibot";
import {
  type AnswerLine,
  answerLine,
  attemptLine,
  type CallLine,
  callLine,
  type FileLine,
  fileLine,
  type HeaderLine,
  headerLine,
  type RecordedError,
  type SignalLine,
  signalLine,
  type TraceVerdict,
  traceVersion,
  verdictLine,
} from "./lines.ts";
import { canonical, fromJson } from "./values.ts";

/** A call that was made, and what it was answered with. */
export interface TracedCall {
  /** The line that it is on. */
  readonly line: number;
  readonly service: string;
  readonly operation: string;
  /** Its input, to be compared. */
  readonly input: string;
  answer?: TracedAnswer;
}

interface TracedAnswer {
  readonly line: number;
  readonly t: number;
  readonly output: unknown;
  readonly requestId: string | undefined;
  readonly error: RecordedError | undefined;
}

/** Something that happened, and the line that says so. */
type On<Line> = Line & { readonly line: number };

/** What a run did, as its trace has it. */
export interface Trace {
  readonly header: HeaderLine;
  readonly files: readonly On<FileLine>[];
  readonly calls: readonly TracedCall[];
  readonly signals: readonly On<SignalLine>[];
  /** `undefined` where the run was killed, or could not write any more. */
  readonly verdict: TraceVerdict | undefined;
  /** Milliseconds from the start to the last line. */
  readonly endMs: number;
}

/** Makes a trace of its lines. Throws an Error that says what is wrong with one. */
export class TraceBuilder {
  #header: HeaderLine | undefined;
  #verdict: TraceVerdict | undefined;
  #endMs = 0;
  readonly #files: On<FileLine>[] = [];
  readonly #calls = new Map<number, TracedCall>();
  readonly #signals: On<SignalLine>[] = [];

  /** @param line its number */
  add(json: unknown, line: number): void {
    if (typeof json !== "object" || json === null) throw new Error("is not a JSON object");
    if (this.#header === undefined) {
      this.#header = headerOf(json);
      return;
    }
    if (this.#verdict !== undefined) throw new Error("comes after the verdict, which is the last line");
    this.#endMs = Math.max(this.#endMs, this.#event(json, line));
  }

  trace(): Trace {
    if (this.#header === undefined) throw new Error("is empty");
    return {
      header: this.#header,
      files: this.#files,
      calls: [...this.#calls.values()],
      signals: this.#signals,
      verdict: this.#verdict,
      endMs: this.#endMs,
    };
  }

  /** @returns its time */
  #event(json: object, line: number): number {
    if ("verdict" in json) {
      const { t, verdict } = parsed(verdictLine, json);
      this.#verdict = verdict;
      return t;
    }
    if ("signal" in json) return added(this.#signals, { ...parsed(signalLine, json), line });
    if ("file" in json) return added(this.#files, { ...parsed(fileLine, json), line });
    if ("call" in json) return this.#call(parsed(callLine, json), line);
    if ("answer" in json) return this.#answer(parsed(answerLine, json), line);
    return parsed(attemptLine, json).t;
  }

  #call({ t, call, service, operation, input }: CallLine, line: number): number {
    if (this.#calls.has(call)) throw new Error(`call ${call} is made twice`);
    this.#calls.set(call, { line, service, operation, input: canonical(input) });
    return t;
  }

  #answer({ t, answer: number, requestId, error, ...of }: AnswerLine, line: number): number {
    const call = this.#calls.get(number);
    if (call === undefined) throw new Error(`answers call ${number}, which was not made`);
    if (call.answer !== undefined) throw new Error(`answers call ${number} again`);
    const output = of.same === undefined ? fromJson(of.output ?? {}) : this.#outputOf(of.same);
    if (typeof output !== "object" || output === null) throw new Error("has an output that is no object");
    call.answer = { line, t, output, requestId, error };
    return t;
  }

  #outputOf(number: number): unknown {
    const answer = this.#calls.get(number)?.answer;
    if (answer === undefined) throw new Error(`has the output of call ${number}, which has none`);
    return answer.output;
  }
}

function headerOf(json: object): HeaderLine {
  const { trace } = json as { trace?: unknown };
  if (trace === undefined) throw new Error("is not the first line of a trace");
  if (trace !== traceVersion)
    throw new Error(`is of version ${JSON.stringify(trace)}: this tool reads ${traceVersion}`);
  return parsed(headerLine, json);
}

function added<Line extends { readonly t: number }>(list: Line[], line: Line): number {
  list.push(line);
  return line.t;
}

function parsed<const Schema extends v.GenericSchema>(schema: Schema, json: object): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new Error(`${path === null ? "" : `${path}: `}${issue.message}`);
}
