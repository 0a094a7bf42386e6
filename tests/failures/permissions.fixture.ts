/**
 * Every failure, with an API action denied: it changes what was asked for and no more, and says what it could not see.
 * One action for each failure, by a seed; `PERMISSION_MATRIX=full` tries all that the failure's run calls.
 */
import { describe, expect, it } from "vitest";
import { actionOf, denials, problemsOf, whileWaiting } from "./denial.ts";
import { everyFailure } from "./every-failure.ts";
import { compare } from "./expect-failure.ts";
import type { Failure } from "./failure.ts";
import { type Denial, type FailureRun, FailureStage } from "./failure-stage.fixture.ts";

const full = process.env.PERMISSION_MATRIX === "full";
const LONGEST_MS = full ? 3_600_000 : 180_000;

/**
 * What is refused before anything is changed has nothing to change with less allowed either (permissions-deploy.test.ts
 * has the preflight's); those with a denial of their own have it already.
 */
const failures = (await everyFailure()).filter(
  ({ runtimes, seen, name }) =>
    runtimes.includes("simulated") &&
    (seen.mutating.length > 0 || seen.outcome === "deployed") &&
    !name.startsWith("access denied") &&
    // They wait for a minute, which the full matrix has time for.
    (full || !name.startsWith("time-out")),
);

/**
 * Tests for the failures of one share: files of their own, so that they run beside each other.
 * @param share from 0
 */
export function describeDenials(share: number, shares: number): void {
  const own = failures.filter((_, index) => index % shares === share);
  describe.concurrent.each(own)("$name", (failure) => {
    if (full) it("is told as it is with any one action denied", () => triedWithEach(failure), LONGEST_MS);
    else it("is told as it is with an action denied", () => tried(failure, sampleOf(failure)), LONGEST_MS);
  });
}

async function tried(failure: Failure, denial: Denial): Promise<void> {
  const run = await play(failure, denial);
  expect(problemsOf(failure, denial, run), `${actionOf(denial)}\n${run.talk}`).toEqual([]);
}

async function triedWithEach(failure: Failure): Promise<void> {
  const free = await play(failure);
  compare(free, failure.seen);
  const problems: string[] = [];
  for (const denial of denials.filter((each) => isCalled(each, free))) {
    const run = await play(failure, denial);
    const found = problemsOf(failure, denial, run).map((problem) => `${actionOf(denial)}: ${problem}`);
    if (found.length > 0) problems.push(...found, run.talk);
  }
  expect(problems, problems.join("\n")).toEqual([]);
}

function isCalled({ service, operation, after = 0 }: Denial, { calls }: FailureRun): boolean {
  return calls.filter((call) => call.service === service && call.operation === operation).length > after;
}

async function play(failure: Failure, denial?: Denial): Promise<FailureRun> {
  const stage = await FailureStage.set(failure, "simulated");
  try {
    const release = await failure.release(stage);
    await stage.deny(...(denial === undefined ? [] : [denial]));
    return await stage.deploy(release);
  } finally {
    await stage.strike();
  }
}

/** The same one each time, another one for another failure. */
function sampleOf({ name }: Failure): Denial {
  const seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return denials[seed % denials.length] ?? whileWaiting;
}
