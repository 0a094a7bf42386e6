import { ToolkitError } from "../platform/errors.ts";

/** Why the work could not be done, as it is told. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/**
 * What to say of whatever was thrown. What the run's end from outside broke off is CANCELLED; anything that the
 * toolkit does not throw on purpose is UNEXPECTED.
 * @param bugRemedy how to report a bug
 */
export function failureOf(error: unknown, signal: AbortSignal, bugRemedy: string): Failure {
  const interrupted = signal.aborted && (!(error instanceof ToolkitError) || isAbort(error.cause));
  if (interrupted) return { code: "CANCELLED", message: "the run was ended from outside", remedy: "Run it again." };
  if (error instanceof ToolkitError) return error;
  const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  return { code: "UNEXPECTED", message, remedy: bugRemedy };
}

function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === "AbortError";
}
