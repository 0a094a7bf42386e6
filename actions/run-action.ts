/**
 * What an action is to GitHub: inputs in; log, annotation, job summary, outputs and exit code out. The actions
 * themselves know none of it.
 */
import { appendFile } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import type * as v from "valibot";
import { systemClock } from "../core/platform/clock.ts";
import { ToolkitError } from "../core/platform/errors.ts";
import type { InputOf, InputSchema } from "../core/platform/input.ts";
import type { Run } from "../core/platform/run.ts";
import { failureOf } from "../core/report/failure.ts";
import { failureSummary } from "../core/report/failure-summary.ts";
import { rehearsalEndpoint } from "../core/report/rehearsal.ts";
import { type GithubLog, githubLog } from "./github-log.ts";
import { givenInputs } from "./given-inputs.ts";
import { debugCommand, errorCommand, logLine, outputEntry } from "./workflow-commands.ts";

export interface Action<Entries extends v.ObjectEntries> {
  readonly input: InputSchema<Entries>;
  /** Inputs that official actions have and this one does not have yet: refused by name. */
  readonly notBuilt: readonly string[];
  /** The file that the work is about, where annotations stand. */
  file?(input: InputOf<Entries>): string | undefined;
  run(input: InputOf<Entries>, step: Step): Promise<Ending>;
}

/** What an action is given besides its input. */
export interface Step extends Run {
  /** A folder that lasts as long as the job. */
  readonly temporaryFolder: string;
  /** The endpoint, where it is not AWS. */
  readonly rehearsal: string | undefined;
}

/** How an action's work ended. */
export interface Ending {
  /** Those that are `undefined` are not set. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
  /** The verdict and what belongs to it, outside of all groups. */
  readonly report: readonly string[];
  /** Markdown. */
  readonly summary?: string;
  /** Where it is set, the step fails. */
  readonly failure?: { readonly code: string; readonly message: string; readonly remedy: string } | undefined;
}

/** The process that the runner started. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs an action.
 * @returns the exit code: 0, 2 for misuse, 1 for everything else that fails
 */
export async function runAction<Entries extends v.ObjectEntries>(
  action: Action<Entries>,
  surroundings: Surroundings = thisProcess(),
): Promise<number> {
  const { environment, write, signal } = surroundings;
  const rehearsal = rehearsalEndpoint(environment);
  const log = githubLog(write, rehearsal === undefined ? "" : ` · rehearsal (${rehearsal})`);
  let file: string | undefined;
  try {
    const outputFile = requiredVariable(environment, "GITHUB_OUTPUT");
    const temporaryFolder = requiredVariable(environment, "RUNNER_TEMP");
    const input = action.input.parse(givenInputs(environment, { ...action, fields: action.input.fields }));
    file = inWorkspace(action.file?.(input), environment);
    const ending = await action.run(input, { log, signal, clock: systemClock, temporaryFolder, rehearsal });
    log.endGroup();
    await appendOutputs(outputFile, ending.outputs);
    await appendSummary(environment, ending.summary);
    for (const line of ending.report) write(logLine(line));
    if (ending.failure === undefined) return 0;
    write(annotation(ending.failure, file));
    return 1;
  } catch (error) {
    return tellFailure(error, surroundings, log, file);
  }
}

async function tellFailure(
  error: unknown,
  { environment, write, signal }: Surroundings,
  log: GithubLog,
  file: string | undefined,
): Promise<number> {
  const failure = failureOf(error, signal, "This is a bug: report it with the log of a run with debug logging.");
  log.endGroup();
  write(annotation(failure, file));
  if (failure.code === "UNEXPECTED" && error instanceof Error) write(debugCommand(error.stack ?? ""));
  await appendSummary(environment, failureSummary(failure)).catch((cause: unknown) =>
    write(logLine(`note     the job summary cannot be written: ${String(cause)}`)),
  );
  return failure.code === "INPUT_INVALID" ? 2 : 1;
}

function annotation({ code, message, remedy }: NonNullable<Ending["failure"]>, file: string | undefined): string {
  return errorCommand(`${message}\n${remedy}`, { title: code, file });
}

async function appendOutputs(path: string, outputs: Ending["outputs"]): Promise<void> {
  const entries = Object.entries(outputs).map(([name, value]) =>
    value === undefined ? "" : outputEntry(name, value, `value_${crypto.randomUUID()}`),
  );
  await appendFile(path, entries.join(""));
}

/** Servers without job summaries name no file for them; the log says all. */
async function appendSummary(environment: NodeJS.ProcessEnv, summary: string | undefined): Promise<void> {
  const path = environment.GITHUB_STEP_SUMMARY;
  if (path && summary !== undefined) await appendFile(path, `${summary}\n`);
}

/** GitHub shows annotations on files of the workspace only. */
function inWorkspace(file: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  if (file === undefined) return undefined;
  const path = relative(environment.GITHUB_WORKSPACE || ".", resolve(file));
  return path.startsWith("..") || isAbsolute(path) ? undefined : path.replaceAll("\\", "/");
}

function requiredVariable(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value) return value;
  throw new ToolkitError(
    "INPUT_INVALID",
    `${name}: is not set, as it is in a step of a workflow`,
    "Run this action by `uses:` in a workflow, or use the CLI.",
  );
}

/** GitHub cancels a step by SIGINT, and by SIGTERM 7.5 s later: the work ends where that is safe and says what goes on. */
function thisProcess(): Surroundings {
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
