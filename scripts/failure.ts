import { CommanderError } from "commander";
import { failureOf } from "../core/report/failure.ts";
import { oneLine } from "../core/report/plain-text.ts";
import type { Console } from "./console.ts";

export interface FailureOptions {
  readonly json: boolean;
  readonly debug: boolean;
}

/**
 * Says why a verb could not do its work, and answers the exit code: 2 for misuse, 1 for everything else. A stack
 * trace is for `--debug` only.
 */
export function tellFailure(error: unknown, terminal: Console, { json, debug }: FailureOptions): number {
  if (error instanceof CommanderError) return tellMisuse(error, terminal, json);
  const { code, message, remedy } = failureOf(
    error,
    terminal.signal,
    "This is a bug: report it with what --debug shows.",
  );
  if (json) terminal.json({ error: { code, message, remedy } });
  terminal.complain(`error    ${code}  ${oneLine(message)}`);
  terminal.complain(`fix      ${oneLine(remedy)}`);
  if (debug && error instanceof Error) terminal.complain(error.stack ?? "");
  return code === "INPUT_INVALID" ? 2 : 1;
}

/** What the parser of the command line has told already on standard error; help is no misuse. */
function tellMisuse({ exitCode, message }: CommanderError, terminal: Console, json: boolean): number {
  if (exitCode === 0) return 0;
  const error = {
    code: "INPUT_INVALID",
    message: oneLine(message.replace(/^error: /, "")),
    remedy: "See ecs-pipeline --help.",
  };
  if (json) terminal.json({ error });
  return 2;
}
