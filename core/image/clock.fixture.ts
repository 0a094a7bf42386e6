import type { Clock } from "../platform/clock.ts";

/** A clock on which waiting takes no time, and that remembers how long was waited. */
export class InstantClock implements Clock {
  readonly sleeps: number[] = [];

  now(): number {
    return Date.UTC(2026, 0, 1);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(ms);
  }
}
