import type { Clock } from "../clock.ts";

/** Runs `action` once nothing has happened for `ms` milliseconds. Touching it costs a look at the clock, no timer. */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #action: () => void;
  #touched = 0;
  #cancel: () => void = () => {};

  constructor(clock: Clock, ms: number, action: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#action = action;
  }

  start(): void {
    this.touch();
    this.#wait(this.#ms);
  }

  touch(): void {
    this.#touched = this.#clock.now();
  }

  stop(): void {
    this.#cancel();
  }

  #wait(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      const left = this.#touched + this.#ms - this.#clock.now();
      if (left > 0) this.#wait(left);
      else this.#action();
    });
  }
}
