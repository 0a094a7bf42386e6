/** The engine, the SDK's waiter and the local cloud on one virtual clock, with real HTTP between them. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Clients } from "../../core/platform/aws/clients.ts";
import type { Clock } from "../../core/platform/clock.ts";
import type { VirtualClock } from "../../localcloud/virtual-clock.ts";

/** How long a call is on its way, there and back, before and after the local cloud has answered it. */
const TRAVEL_MS = 50;

export function elapsed(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

/** The clock as the engine knows it. */
export function engineClock(clock: VirtualClock): Clock {
  return {
    now: () => clock.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const abort = () => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = clock.after(ms, () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        });
        signal?.addEventListener("abort", abort, { once: true });
      }),
  };
}

/** A call over HTTP: it takes a tenth of a second of the clock, whatever it takes this machine. */
export async function call<T>(clock: VirtualClock, send: () => Promise<T>): Promise<T> {
  await elapsed(clock, TRAVEL_MS);
  const answer = await clock.during(send);
  await elapsed(clock, TRAVEL_MS);
  return answer;
}

/** The same clients, whose every call takes the clock's time and is told of when it was answered. */
export function travelling(
  clients: Clients,
  clock: VirtualClock,
  onAnswer: (operation: string) => void = () => {},
): Clients {
  type Method = (...args: unknown[]) => Promise<unknown>;
  const slowed = <Api extends object>(api: Api): Api =>
    new Proxy(api, {
      get:
        (target, operation: string): Method =>
        async (...args) => {
          const answer = await call(clock, () => (Reflect.get(target, operation) as Method)(...args));
          onAnswer(operation);
          return answer;
        },
    });
  return Object.fromEntries(Object.entries(clients).map(([name, api]) => [name, slowed(api)])) as Clients;
}

/**
 * Runs what sleeps by the global `setTimeout` and takes no clock, as the SDK's waiters do, so that it sleeps on the
 * virtual one. Only the code itself: what it sends, it sends by `outside`, where timers are real again.
 */
export class VirtualSleepers {
  readonly #inside = new AsyncLocalStorage<true>();

  constructor(clock: VirtualClock) {
    const real = globalThis.setTimeout;
    const virtual = (action: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      this.#inside.getStore() === undefined ? real(action, ms, ...args) : clock.after(ms, () => action(...args));
    globalThis.setTimeout = Object.assign(virtual, real) as typeof setTimeout;
  }

  inside<T>(work: () => Promise<T>): Promise<T> {
    return this.#inside.run(true, work);
  }

  outside<T>(work: () => Promise<T>): Promise<T> {
    return this.#inside.exit(work);
  }
}
