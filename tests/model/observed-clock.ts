import { type Clock, ManualClock } from "../../localcloud/clock.ts";

/** A clock that stands still until it is advanced, and tells after every event that everything has settled. */
export class ObservedClock implements Clock {
  readonly #clock = new ManualClock();
  readonly #settled: (at: number) => void;
  #at = this.#clock.now();

  /** @param settled is given the time at which nothing but a later event can change anything; it must not throw. */
  constructor(settled: (at: number) => void) {
    this.#settled = settled;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, action: () => void): () => void {
    return this.#clock.after(ms, () => {
      // The clock lets everything settle before it goes on to an event, so this is what the one before it led to.
      this.#settled(this.#at);
      this.#at = this.#clock.now();
      action();
    });
  }

  async advance(ms: number): Promise<void> {
    await this.#clock.advance(ms);
    this.#at = this.#clock.now();
    this.#settled(this.#at);
  }
}
