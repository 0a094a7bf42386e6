import { CommanderError } from "commander";
import { ToolkitError } from "../core/platform/errors.ts";
import type { Console } from "./console.ts";

export interface FailureOptions {
  readonly json: boolean;
  readonly debug: boolean;
}

/** Why a verb could not do its work, as it is told. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Says why a verb could not do its work, and answers the exit code: 2 for misuse, 1 for everything else. A stack
 * trace is for `--debug` only.
 */
export function tellFailure(error: unknown, terminal: Console, { json, debug }: FailureOptions): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { code, message, remedy } = failureOf(error, terminal.signal);
  if (json) terminal.json({ error: { code, message, remedy } });
  terminal.complain(`error    ${code}  ${message}`);
  terminal.complain(`fix      ${remedy}`);
  if (debug && error instanceof Error) terminal.complain(error.stack ?? "");
  return code === "INPUT_INVALID" ? 2 : 1;
}

function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof ToolkitError) return error;
  if (signal.aborted) return { code: "CANCELLED", message: "the run was ended from outside", remedy: "Run it again." };
  const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  return { code: "UNEXPECTED", message, remedy: "This is a bug: report it with what --debug shows." };
}
