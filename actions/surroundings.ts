/** What the main and the post step of an action share: the process that the runner started, and how it tells a failure. */
import { appendFile } from "node:fs/promises";
import { ToolkitError } from "../core/platform/errors.ts";
import { failureOf } from "../core/report/failure.ts";
import { failureSummary } from "../core/report/failure-summary.ts";
import type { GithubLog } from "./github-log.ts";
import { debugCommand, errorCommand, logLine } from "./workflow-commands.ts";

/** The process that the runner started. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Tells what was thrown: one annotation, and a job summary.
 * @returns the exit code: 2 for misuse, 1 for everything else
 */
export async function tellFailure(
  error: unknown,
  { environment, write, signal }: Surroundings,
  log: GithubLog,
  file?: string,
): Promise<number> {
  const failure = failureOf(error, signal, "This is a bug: report it with the log of a run with debug logging.");
  log.endGroup();
  write(errorCommand(`${failure.message}\n${failure.remedy}`, { title: failure.code, file }));
  if (failure.code === "UNEXPECTED" && error instanceof Error) write(debugCommand(error.stack ?? ""));
  await appendSummary(environment, failureSummary(failure)).catch((cause: unknown) =>
    write(logLine(`note     the job summary cannot be written: ${String(cause)}`)),
  );
  return failure.code === "INPUT_INVALID" ? 2 : 1;
}

/** Servers without job summaries name no file for them; the log says all. */
export async function appendSummary(environment: NodeJS.ProcessEnv, summary: string | undefined): Promise<void> {
  const path = environment.GITHUB_STEP_SUMMARY;
  if (path && summary !== undefined) await appendFile(path, `${summary}\n`);
}

/** @throws {ToolkitError} INPUT_INVALID where the runner did not set it */
export function requiredVariable(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value) return value;
  throw new ToolkitError(
    "INPUT_INVALID",
    `${name}: is not set, as it is in a step of a workflow`,
    "Run this action by `uses:` in a workflow, or use the CLI.",
  );
}

/** GitHub cancels a step by SIGINT, and by SIGTERM 7.5 s later: the work ends where that is safe and says what goes on. */
export function thisProcess(): Surroundings {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => controller.abort(new Error(`ended by ${name}`)));
  }
  return {
    environment: process.env,
    write: (line) => void process.stdout.write(`${line}\n`),
    signal: controller.signal,
  };
}
