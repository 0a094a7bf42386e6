import type { Clock } from "../../platform/clock.ts";
import type { Authorization } from "./authorization.ts";

/** A registry and how it is spoken to. */
export interface Registry {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly authorization: Authorization;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}
