/**
 * The lines of a trace: JSON objects, one a line, in the order in which things happened. `t` is milliseconds since the
 * run began. A call has a line when it is made and one when it is answered, so that the trace of a run that was killed
 * still shows what was sent; each attempt at it that failed has one between them.
 */
import * as v from "valibot";

/** The version of the format; a reader takes its own version only. */
export const traceVersion = 1;

/** Far above what hours of watching come to; keeps a trace from filling a disk, or its reader's memory. */
export const mostTraceBytes = 32 * 1024 * 1024;

/** A year: far above what a run takes, and what is after any start is still a date. */
export const mostMs = 366 * 24 * 60 * 60 * 1000;

const at = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(mostMs));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** The first line. */
export const headerLine = v.object({
  trace: v.literal(traceVersion),
  /** Which version of the toolkit recorded it: `ecs-pipeline 0.1.0`. */
  tool: v.string(),
  verb: v.literal("deploy"),
  /** ISO 8601, the run's clock. */
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** The endpoint, where it was not AWS. */
  rehearsal: v.optional(v.string()),
  /** By the names of flags and action inputs. */
  input: v.record(v.string(), v.unknown()),
});

interface RecordedErrorBase {
  readonly name: string;
  readonly message: string;
  /** Node's, for what becomes of a connection. */
  readonly code?: string | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** Where the call went that failed on the way. */
  readonly endpoint?: string | undefined;
}

/** An error as it was thrown. */
export interface RecordedError extends RecordedErrorBase {
  /** What it wraps. */
  readonly failure?: RecordedErrorBase | undefined;
}

const errorEntries = {
  name: v.string(),
  message: v.string(),
  code: v.optional(v.string()),
  status: v.optional(v.number()),
  requestId: v.optional(v.string()),
  endpoint: v.optional(v.string()),
};
const error = v.object({ ...errorEntries, failure: v.optional(v.object(errorEntries)) });

/** A file that was read: its text, masked, or why it could not be read. */
export const fileLine = v.object({
  t: at,
  file: v.string(),
  text: v.optional(v.string()),
  error: v.optional(error),
});

/** A call is made. */
export const callLine = v.object({
  t: at,
  /** Its number. */
  call: count,
  /** As signatures name it: `ecs`. */
  service: v.string(),
  operation: v.string(),
  input: v.unknown(),
});

/** An attempt at a call has failed. */
export const attemptLine = v.object({ t: at, attempt: count, of: count, ms: at, error });

/** A call is answered, after so many attempts. */
export const answerLine = v.object({
  t: at,
  /** The call's number. */
  answer: count,
  /** How many there were, where it was not one. */
  attempts: v.optional(v.number()),
  region: v.optional(v.string()),
  requestId: v.optional(v.string()),
  output: v.optional(v.unknown()),
  /** The number of an earlier call that had the very same output. */
  same: v.optional(count),
  error: v.optional(error),
});

/** The run is asked to end. */
export const signalLine = v.object({ t: at, signal: v.string() });

const verdict = v.object({
  /** `outcome` of the result, or the code of the error. */
  outcome: v.string(),
  exitCode: v.number(),
  /** The code of the result's error. */
  code: v.optional(v.string()),
  /** `cause` of the diagnosis. */
  cause: v.optional(v.string()),
});

/** The last line of a run that was not killed. */
export const verdictLine = v.object({ t: at, verdict });

export type HeaderLine = v.InferOutput<typeof headerLine>;
export type FileLine = v.InferOutput<typeof fileLine>;
export type CallLine = v.InferOutput<typeof callLine>;
export type AnswerLine = v.InferOutput<typeof answerLine>;
export type SignalLine = v.InferOutput<typeof signalLine>;
export type TraceVerdict = v.InferOutput<typeof verdict>;
