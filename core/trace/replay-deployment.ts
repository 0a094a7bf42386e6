import { deployInput } from "../deployment/deploy-input.ts";
import type { DeployResult } from "../deployment/deploy-result.ts";
import { deployService } from "../deployment/deploy-service.ts";
import { ToolkitError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { ReadFile } from "../platform/read-up-to.ts";
import type { TraceVerdict } from "./lines.ts";
import { thrownAgain } from "./recorded-error.ts";
import { ReplayedCalls } from "./replay-clients.ts";
import { ReplayTime } from "./replay-time.ts";
import type { Trace } from "./trace.ts";
import { verdictOf, verdictOfFailure } from "./verdict.ts";

/** What came of a replay. */
export interface Replay {
  /** `undefined` where the run ended with an error. */
  readonly result: DeployResult | undefined;
  readonly error: unknown;
  /** The run's: whether it was asked to end. */
  readonly signal: AbortSignal;
  readonly verdict: TraceVerdict;
  /** Where engine and trace differ, each a sentence that names a line; empty where they do not. */
  readonly differences: readonly string[];
}

/**
 * Runs the engine against a trace in place of AWS: what was answered then is answered now, when it was, by a time that
 * passes at once. Needs no network, credentials or files.
 * @throws {ToolkitError} TRACE_INVALID where the trace's input is none that a deployment takes
 */
export async function replayDeployment(trace: Trace, log: Log): Promise<Replay> {
  const time = new ReplayTime(Date.parse(trace.header.startedAt));
  const calls = new ReplayedCalls(trace, time);
  const controller = new AbortController();
  // Further ones change nothing.
  const [first] = trace.signals;
  if (first !== undefined) {
    const { t: at, line: rank, signal: name } = first;
    time.at({ at, rank, awaited: false }, () => controller.abort(new Error(`ended by ${name}`)));
  }
  const { signal } = controller;
  const input = inputOf(trace);
  const run = { log, clock: time, signal, read: readFrom(trace, time), random: () => 0 };
  const ending = await deployService(calls.clients, input, run).then(
    (result) => ({ result, error: undefined, verdict: verdictOf(result) }),
    (error: unknown) => ({ result: undefined, error, verdict: verdictOfFailure(error, signal) }),
  );
  return { ...ending, signal, differences: [...calls.differences, ...otherVerdict(trace, ending.verdict)] };
}

function inputOf({ header }: Trace) {
  try {
    return deployInput.parse(header.input);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolkitError("TRACE_INVALID", `line 1: input: ${why}`, "Give the trace as it was recorded.", {
      cause: error,
    });
  }
}

/** The files as they were read then, in their order. */
function readFrom(trace: Trace, time: ReplayTime): ReadFile {
  const left = [...trace.files];
  return (path) => {
    const index = left.findIndex(({ file }) => file === path);
    const [found] = index === -1 ? [] : left.splice(index, 1);
    if (found === undefined) throw new Error("the file is not in the trace");
    const { t: at, line: rank, text = "", error } = found;
    return new Promise((resolve, reject) => {
      time.at({ at, rank, awaited: true }, () =>
        error === undefined ? resolve(Buffer.from(text)) : reject(thrownAgain(error)),
      );
    });
  };
}

function otherVerdict({ verdict }: Trace, now: TraceVerdict): string[] {
  if (verdict === undefined) return [];
  const then = inWords(verdict);
  return then === inWords(now) ? [] : [`the last line: the verdict was ${then}, and is ${inWords(now)}`];
}

function inWords({ outcome, exitCode, code, cause }: TraceVerdict): string {
  return [outcome, cause, code, `exit code ${exitCode}`].filter(Boolean).join(", ");
}
