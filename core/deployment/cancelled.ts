import { ToolkitError } from "../platform/errors.ts";

/**
 * Ends the run between two steps.
 * @param left what was done already, for the message
 * @throws {ToolkitError} DEPLOYMENT_CANCELLED
 */
export function throwIfCancelled(signal: AbortSignal, left: string): void {
  if (signal.aborted) throw cancelled(left);
}

export function cancelled(left: string): ToolkitError {
  return new ToolkitError(
    "DEPLOYMENT_CANCELLED",
    `the run was ended from outside: ${left}`,
    "Deploy again when it should go on.",
  );
}
