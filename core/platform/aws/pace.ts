import { type Clock, systemClock } from "../clock.ts";
import type { CallOptions } from "./settings.ts";

/** How many calls at once, and how many a second after these. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

type Call<Input, Output> = (input: Input, options?: CallOptions) => Promise<Output>;

/** Makes token buckets: calls that share one wait for their turn where they would come faster than its rate. */
export function pacer(clock: Clock = systemClock) {
  return (rate: Rate) => {
    const bucket = new TokenBucket(rate, clock);
    return <Input, Output>(call: Call<Input, Output>): Call<Input, Output> =>
      async (input, options = {}) => {
        await bucket.take(options.signal);
        return call(input, options);
      };
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

  /** Resolves when it is the caller's turn. Tokens may be owed: who comes later waits longer. */
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
