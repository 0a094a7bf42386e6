import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

/** What every use case is given besides its clients and its input. */
export interface Run {
  readonly log: Log;
  readonly clock: Clock;
  /** Ends the work where that is safe; what was begun at AWS is left and reported. */
  readonly signal: AbortSignal;
}
