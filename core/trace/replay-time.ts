import { setImmediate } from "node:timers/promises";
import type { Clock } from "../platform/clock.ts";

interface Event {
  readonly at: number;
  /** Of events at the same time the one with the lower rank comes first. */
  readonly rank: number;
  /** Whether the run waits for it; what only comes over it does not make time pass. */
  readonly awaited: boolean;
  readonly fire: () => void;
}

/** Turns of the event loop in which a run that has anything to do does it. */
const quietTurns = 4;

/**
 * The time of a replay: it passes at once from one thing that happened to the next, and nothing ever waits for real. It
 * passes only while the run waits.
 */
export class ReplayTime implements Clock {
  readonly #startedAt: number;
  #elapsed = 0;
  readonly #events = new Set<Event>();
  #passing = false;

  /** @param startedAt milliseconds since the epoch */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  now(): number {
    return this.#startedAt + this.#elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.at({ at: this.#elapsed + ms, rank: Number.POSITIVE_INFINITY, awaited: true }, () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      });
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /**
   * Lets something happen so many milliseconds after the start, at once where that is over.
   * @returns takes it back
   */
  at(when: Omit<Event, "fire">, fire: () => void): () => void {
    const event = { ...when, fire };
    this.#events.add(event);
    if (event.awaited && !this.#passing) void this.#pass();
    return () => void this.#events.delete(event);
  }

  async #pass(): Promise<void> {
    this.#passing = true;
    for (;;) {
      for (let turn = 0; turn < quietTurns; turn += 1) await setImmediate();
      const events = [...this.#events];
      if (!events.some(({ awaited }) => awaited)) break;
      const next = events.reduce((first, each) => (isBefore(each, first) ? each : first));
      this.#events.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.fire();
    }
    this.#passing = false;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.rank < b.rank);
}
