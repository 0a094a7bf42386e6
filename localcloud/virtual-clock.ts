import { AsyncResource } from "node:async_hooks";
import type { Clock } from "./clock.ts";

interface Timer {
  readonly at: number;
  /** Timers of the same time run in the order in which they were set. */
  readonly order: number;
  readonly action: () => void;
  cancelled: boolean;
}

/**
 * A clock that jumps to what falls due next as soon as nothing but time can go on, so that days pass in seconds. It
 * runs only while {@link run} does, and stands still during work that takes none of its time ({@link during}): a
 * request on its way through a socket must not be overtaken by minutes.
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #timers: Timer[] = [];
  #order = 0;
  #runs = 0;
  #holds = 0;
  #turning = false;

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    // As a timer of Node's own: it runs in the context of who set it, not in that of the one before it.
    const timer: Timer = {
      at: this.#now + Math.max(0, ms),
      order: this.#order++,
      action: AsyncResource.bind(action),
      cancelled: false,
    };
    push(this.#timers, timer);
    this.#turn();
    return () => {
      timer.cancelled = true;
    };
  }

  /** Lets time pass until the work is done. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#runs += 1;
    this.#turn();
    try {
      return await work();
    } finally {
      this.#runs -= 1;
    }
  }

  /** Time stands still until the work is done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#holds += 1;
    try {
      return await work();
    } finally {
      this.#holds -= 1;
      this.#turn();
    }
  }

  /** Runs one timer once every promise that can settle without time has settled. */
  #turn(): void {
    if (this.#turning) return;
    this.#turning = true;
    setImmediate(() => {
      this.#turning = false;
      if (this.#runs === 0 || this.#holds > 0) return;
      const next = this.#next();
      if (next === undefined) return;
      this.#now = next.at;
      next.action();
      this.#turn();
    });
  }

  #next(): Timer | undefined {
    let next = pop(this.#timers);
    while (next?.cancelled) next = pop(this.#timers);
    return next;
  }
}

/** A binary heap, for fleets have thousands of timers. */
function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!swapIfEarlier(heap, index, parent)) return;
    index = parent;
  }
}

function pop(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  heap[0] = last;
  let index = 0;
  for (;;) {
    const child = earlierChild(heap, index);
    if (child === undefined || !swapIfEarlier(heap, child, index)) return first;
    index = child;
  }
}

function earlierChild(heap: readonly Timer[], index: number): number | undefined {
  const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]];
  if (left === undefined) return undefined;
  return right !== undefined && isEarlier(right, left) ? 2 * index + 2 : 2 * index + 1;
}

function swapIfEarlier(heap: Timer[], index: number, other: number): boolean {
  const [one, two] = [heap[index], heap[other]];
  if (one === undefined || two === undefined || !isEarlier(one, two)) return false;
  heap[index] = two;
  heap[other] = one;
  return true;
}

function isEarlier(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
