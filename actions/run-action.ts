/**
 * What an action is to GitHub: inputs in; log, annotation, job summary, outputs, state for its post step and exit code
 * out. The actions themselves know none of it.
 */
import { appendFile } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import type * as v from "valibot";
import { systemClock } from "../core/platform/clock.ts";
import type { InputOf, InputSchema } from "../core/platform/input.ts";
import type { Run } from "../core/platform/run.ts";
import { rehearsalEndpoint } from "../core/report/rehearsal.ts";
import { githubLog } from "./github-log.ts";
import { type FixedInput, givenInputs } from "./given-inputs.ts";
import { stateOf } from "./state.ts";
import { appendSummary, requiredVariable, type Surroundings, tellFailure, thisProcess } from "./surroundings.ts";
import { errorCommand, fileEntry, logLine } from "./workflow-commands.ts";

export interface Action<Entries extends v.ObjectEntries> {
  readonly input: InputSchema<Entries>;
  /** Inputs that official actions have and this one does not have yet: refused by name. */
  readonly notBuilt: readonly string[];
  /** Those that can only say what is so anyway. */
  readonly fixed?: readonly FixedInput[];
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
  /**
   * Keeps a text for the action's post step, which reads it by `readState`; the last one under a name counts.
   * @throws {ToolkitError} INPUT_INVALID where the runner gives the step no place for it
   */
  saveState(name: string, value: string): Promise<void>;
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
    const { saveState } = stateOf(environment);
    const ending = await action.run(input, { log, signal, clock: systemClock, temporaryFolder, rehearsal, saveState });
    log.endGroup();
    await appendOutputs(outputFile, ending.outputs);
    await appendSummary(environment, ending.summary);
    for (const line of ending.report) write(logLine(line));
    if (ending.failure === undefined) return 0;
    const { code, message, remedy } = ending.failure;
    write(errorCommand(`${message}\n${remedy}`, { title: code, file }));
    return 1;
  } catch (error) {
    return tellFailure(error, surroundings, log, file);
  }
}

async function appendOutputs(path: string, outputs: Ending["outputs"]): Promise<void> {
  const entries = Object.entries(outputs).map(([name, value]) => (value === undefined ? "" : fileEntry(name, value)));
  await appendFile(path, entries.join(""));
}

/** GitHub shows annotations on files of the workspace only. */
function inWorkspace(file: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  if (file === undefined) return undefined;
  const path = relative(environment.GITHUB_WORKSPACE || ".", resolve(file));
  return path.startsWith("..") || isAbsolute(path) ? undefined : path.replaceAll("\\", "/");
}
