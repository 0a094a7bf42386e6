/**
 * Time, as the local cloud sees it. Everything that waits takes a clock, so that tests advance time instead of
 * spending it.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `action` once, `ms` milliseconds from now. Calling the returned function cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** A timer of Node's that is set for longer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    let timer: NodeJS.Timeout;
    const wait = (left: number) => {
      const next = () => (left > LONGEST_TIMER_MS ? wait(left - LONGEST_TIMER_MS) : action());
      // What listens holds the process; a wait (a stopped task stays visible for an hour) must not.
      timer = setTimeout(next, Math.min(left, LONGEST_TIMER_MS)).unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/**
 * A clock on which `speed` times as much time passes as on `real`. It starts at the same time and is ahead from then on.
 * @param speed from 1
 */
export function scaledClock(speed: number, real: Clock): Clock {
  const start = real.now();
  return {
    now: () => Math.floor(start + (real.now() - start) * speed),
    after: (ms, action) => real.after(Math.ceil(ms / speed), action),
  };
}

/** A clock that stands still until a test advances it. */
export class ManualClock implements Clock {
  #now: number;
  #timers = new Set<{ at: number; action: () => void }>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets `ms` milliseconds pass, running what falls due in order, with the promises that each step settles. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.#earliest();
      if (next === undefined || next.at > end) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.action();
    }
    this.#now = end;
    await settled();
  }

  #earliest(): { at: number; action: () => void } | undefined {
    let earliest: { at: number; action: () => void } | undefined;
    for (const timer of this.#timers) if (earliest === undefined || timer.at < earliest.at) earliest = timer;
    return earliest;
  }
}

/** Resolves when every promise that can settle without time or I/O has settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
