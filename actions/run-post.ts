/**
 * What the post step of an action is to GitHub. The runner starts it after all steps of the job, also where the main
 * step failed, was cancelled or was killed.
 */
import { systemClock } from "../core/platform/clock.ts";
import type { Run } from "../core/platform/run.ts";
import { rehearsalEndpoint } from "../core/report/rehearsal.ts";
import { githubLog } from "./github-log.ts";
import { stateOf } from "./state.ts";
import { appendSummary, type Surroundings, tellFailure, thisProcess } from "./surroundings.ts";
import { errorCommand, logLine } from "./workflow-commands.ts";

/** What a post step is given. */
export interface PostStep extends Run {
  /** What the main step saved under this name; `undefined` where it saved nothing. */
  readState(name: string): string | undefined;
}

/** How a post step's work ended; all may be left out. */
export interface PostEnding {
  readonly report?: readonly string[];
  /** Markdown. */
  readonly summary?: string | undefined;
  /** Where it is set, the step fails, and the job with it. */
  readonly failure?: { readonly code: string; readonly message: string; readonly remedy: string } | undefined;
}

/**
 * Runs a post step.
 * @returns the exit code
 */
export async function runPost(
  work: (step: PostStep) => Promise<PostEnding>,
  surroundings: Surroundings = thisProcess(),
): Promise<number> {
  const { environment, write, signal } = surroundings;
  const rehearsal = rehearsalEndpoint(environment);
  const log = githubLog(write, rehearsal === undefined ? "" : ` · rehearsal (${rehearsal})`);
  try {
    const { readState } = stateOf(environment);
    const { report = [], summary, failure } = await work({ log, signal, clock: systemClock, readState });
    log.endGroup();
    await appendSummary(environment, summary);
    for (const line of report) write(logLine(line));
    if (failure === undefined) return 0;
    write(errorCommand(`${failure.message}\n${failure.remedy}`, { title: failure.code }));
    return 1;
  } catch (error) {
    return tellFailure(error, surroundings, log);
  }
}
