import type { Run } from "../platform/run.ts";

/**
 * Does work whose calls are ended after so long, as they are when the run is.
 * @param limitMs milliseconds, of the run's clock
 * @returns what came of the work, and whether its time was up
 */
export async function withinLimit<Result>(
  limitMs: number,
  { clock, signal }: Pick<Run, "clock" | "signal">,
  work: (ending: AbortSignal) => Promise<Result>,
): Promise<{ readonly result: Result; readonly timeUp: boolean }> {
  const limit = new AbortController();
  const done = new AbortController();
  clock.sleep(limitMs, done.signal).then(
    () => limit.abort(),
    () => undefined,
  );
  try {
    const result = await work(AbortSignal.any([signal, limit.signal]));
    return { result, timeUp: limit.signal.aborted };
  } finally {
    done.abort();
  }
}
