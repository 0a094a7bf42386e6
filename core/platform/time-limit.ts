import type { Run } from "./run.ts";

/** Why a call was ended whose time was up. Says it of what was called: "ecs:ListTasks" `did not answer within 10 s`. */
export class TimeUp extends Error {
  constructor(limitMs: number) {
    super(`did not answer within ${limitMs / 1000} s`);
    this.name = "TimeUp";
  }
}

/**
 * Does work whose calls are ended after so long, with {@link TimeUp} as the reason.
 * @param limitMs milliseconds, of the run's clock
 * @param run `signal` ends the calls before, where it is given
 */
export async function withinLimit<Result>(
  limitMs: number,
  { clock, signal }: Pick<Run, "clock"> & Partial<Pick<Run, "signal">>,
  work: (ending: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const done = new AbortController();
  clock.sleep(limitMs, done.signal).then(
    () => limit.abort(new TimeUp(limitMs)),
    () => undefined,
  );
  try {
    return await work(signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]));
  } finally {
    done.abort();
  }
}

/** What a call throws that its signal has ended: an AbortError, as the SDK has it, except that a time which was up says so. */
export function brokenOff({ reason }: AbortSignal, cause?: unknown): Error {
  if (reason instanceof TimeUp) return reason;
  return Object.assign(new Error("the call was ended", { cause }), { name: "AbortError" });
}
