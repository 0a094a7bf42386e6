import type { Cause } from "./diagnosis.ts";
import type { Evidence } from "./evidence.ts";
import type { StoppedTask } from "./stopped-tasks.ts";

/** What one kind of failure looks like in words. */
export interface Explanation {
  readonly cause: Cause;
  readonly why: string;
  readonly fix: string;
  /** The container whose log tells more. */
  readonly container?: string | undefined;
}

/** Recognises one kind of failure in a stopped task. */
export type Recogniser = (task: StoppedTask, evidence: Evidence) => Explanation | undefined;
