import type { Clock } from "../clock.ts";
import { brokenOff } from "../time-limit.ts";
import { AnswerLost, CallEnded } from "./failures.ts";
import type { Turn } from "./pace.ts";
import { isAnswer, mayBeDone, type Passing, passing } from "./passing.ts";

/** A call that fails in passing is made again for so long; where AWS has never answered, its endpoint may be wrong. */
const patienceMs = 60_000;
const patienceWithStrangersMs = 3_000;

/** The pause before a call is made again, doubled each time. AWS throttles by the second: sooner is too soon. */
const firstPauseMs: Readonly<Record<Passing, number>> = {
  throttled: 1_000,
  failed: 200,
  unavailable: 200,
  unreachable: 200,
  lost: 200,
  unreadable: 200,
  skewed: 0,
};
const longestPauseMs = 5_000;

/** How the calls of one client are made again. */
export interface AttemptSettings {
  readonly clock: Clock;
  /** How often at most; as long as the patience lasts where it is left out. */
  readonly maxRetries?: number | undefined;
  readonly random?: () => number;
}

export interface AttemptOptions {
  /** Ends the call: its wait, its request, and that it is made again. */
  readonly signal?: AbortSignal | undefined;
  /** Ends its wait and that it is made again, but no request that was sent: that may be done already. */
  readonly until?: AbortSignal | undefined;
  /** Whether a call that may be done though it failed ends as {@link AnswerLost}: made again, it would be done twice. */
  readonly once?: boolean | undefined;
  /** Waits for the call's turn, each time that it is made. */
  readonly turn?: Turn | undefined;
}

/**
 * Makes calls again that fail in passing. The SDK's own retries are switched off: they give up after a few seconds of
 * throttling, share one budget among all calls of a client (25 throttled ones leave nothing for a connection that was
 * reset), and take quotas for throttles.
 */
export class Attempts {
  readonly #clock: Clock;
  readonly #maxRetries: number | undefined;
  readonly #random: () => number;
  #answered = false;

  constructor({ clock, maxRetries, random = Math.random }: AttemptSettings) {
    this.#clock = clock;
    this.#maxRetries = maxRetries;
    this.#random = random;
  }

  /**
   * @throws what the last attempt failed with; {@link AnswerLost}; {@link CallEnded} where `until` ended it; an
   * AbortError or `TimeUp` where `signal` did
   */
  async make<Output>(attempt: () => Promise<Output>, options: AttemptOptions): Promise<Output> {
    const startedAt = this.#clock.now();
    let failure: unknown;
    for (let retries = 0; ; retries += 1) {
      await ended(options, failure, (signal) => options.turn?.(signal) ?? Promise.resolve());
      try {
        const output = await attempt();
        this.#answered = true;
        return output;
      } catch (error) {
        // It was not sent any more: what is known is of the attempts before.
        if (error instanceof CallEnded) throw new CallEnded(failure);
        failure = error;
      }
      this.#answered ||= isAnswer(failure);
      const why = passing(failure);
      if (options.signal?.aborted) throw brokenOff(options.signal, failure);
      if (why === undefined) throw failure;
      if (options.once && mayBeDone(failure)) throw new AnswerLost(failure);
      if (!this.#isWorthAnother(retries, this.#clock.now() - startedAt)) throw failure;
      await ended(options, failure, (signal) => this.#clock.sleep(this.#pauseMs(why, retries), signal));
    }
  }

  #isWorthAnother(retries: number, sinceMs: number): boolean {
    if (this.#maxRetries !== undefined) return retries < this.#maxRetries;
    return retries === 0 || sinceMs < (this.#answered ? patienceMs : patienceWithStrangersMs);
  }

  /** Many runs that were throttled together must not come back together. */
  #pauseMs(why: Passing, retries: number): number {
    return Math.min(longestPauseMs, firstPauseMs[why] * 2 ** retries) * (0.5 + this.#random() / 2);
  }
}

/** Waits, and says which of the two ended the call where one did. */
async function ended(
  { signal, until }: AttemptOptions,
  failure: unknown,
  wait: (signal: AbortSignal | undefined) => Promise<void>,
): Promise<void> {
  const signals = [signal, until].filter((each) => each !== undefined);
  try {
    const [first, ...others] = signals;
    const ending = others.length === 0 ? first : AbortSignal.any(signals);
    ending?.throwIfAborted();
    await wait(ending);
  } catch (error) {
    if (until?.aborted) throw new CallEnded(failure);
    throw signal?.aborted ? brokenOff(signal, error) : error;
  }
}
