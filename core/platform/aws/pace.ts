import type { Clock } from "../clock.ts";

/** How many calls at once, and how many a second after these. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Resolves when it is the caller's turn; rejects with the signal's reason. */
export type Turn = (signal: AbortSignal | undefined) => Promise<void>;

/** Makes token buckets: calls that share one wait for their turn where they would come faster than its rate. */
export function pacer(clock: Clock): (rate: Rate) => Turn {
  return (rate) => {
    const bucket = new TokenBucket(rate, clock);
    return (signal) => bucket.take(signal);
  };
}

class TokenBucket {
  readonly #rate: Rate;
  readonly #clock: Clock;
  #tokens: number;
  #filledAt: number;

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = rate.burst;
    this.#filledAt = clock.now();
  }

  /** Tokens may be owed: who comes later waits longer. */
  async take(signal: AbortSignal | undefined): Promise<void> {
    const { burst, perSecond } = this.#rate;
    const now = this.#clock.now();
    // A system's clock may be set back.
    const sinceMs = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(burst, this.#tokens + (sinceMs / 1000) * perSecond) - 1;
    this.#filledAt = now;
    if (this.#tokens >= 0) return;
    await this.#clock.sleep((-this.#tokens / perSecond) * 1000, signal).catch((reason: unknown) => {
      // A call that is not made owes nothing.
      this.#tokens += 1;
      throw reason;
    });
  }
}
