import type { Clock } from "../../platform/clock.ts";

/** A failure that the next attempt may not meet. */
export class TransientFailure extends Error {
  /** What the server asked for by Retry-After. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number | undefined } = {}) {
    super(message, { cause: options.cause });
    this.name = "TransientFailure";
    this.retryAfterMs = options.retryAfterMs;
  }
}

const attempts = 5;
const firstPauseMs = 250;
const longestPauseMs = 30_000;

/**
 * Runs an action until it does not fail transiently, at most five times, with a growing pause between.
 *
 * @throws what the action throws; the last {@link TransientFailure}; the signal's reason
 */
export async function retrying<T>(clock: Clock, signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof TransientFailure) || attempt === attempts) throw error;
      const pause = error.retryAfterMs ?? firstPauseMs * 2 ** (attempt - 1);
      await clock.sleep(Math.min(pause, longestPauseMs), signal);
    }
  }
}

const transientCodes = new Set("ECONNRESET ECONNREFUSED EPIPE ETIMEDOUT EAI_AGAIN ENETUNREACH EHOSTUNREACH".split(" "));

/** Whether a connection's error may pass: resets and time-outs do, a certificate that is wrong stays wrong. */
export function isTransientConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if ("code" in error) return transientCodes.has(String(error.code));
  return error.message.startsWith("nothing was sent or received") || error.message === "aborted";
}

/** Retry-After, in seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
