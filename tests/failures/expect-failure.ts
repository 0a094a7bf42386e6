/** Runs a failure and compares what its user sees with what they must see. */
import { describe, expect, it } from "vitest";
import { describeWithEngine } from "../engine.fixture.ts";
import { evidenceIn } from "./evidence.ts";
import type { Failure, Seen } from "./failure.ts";
import { type FailureRun, FailureStage } from "./failure-stage.fixture.ts";
import { recording } from "./record-trace.ts";
import { expectTruth } from "./truth.ts";

/** With REAL_WAITS a minute is one, several times in a row. */
export const LONGEST_MS = process.env.REAL_WAITS === undefined ? 180_000 : 600_000;

/** A test for each failure and runtime; those of a file run beside each other, since they mostly wait. */
export function describeFailures(failures: readonly Failure[]): void {
  describe.concurrent.each(failures)("$name", (failure) => {
    for (const runtime of failure.runtimes) {
      const describeRuntime = runtime === "docker" ? describeWithEngine : describe;
      describeRuntime(`by the ${runtime} runtime`, () => {
        it("is told as it is, with nothing changed that is not told", () => play(failure, runtime), LONGEST_MS);
      });
    }
  });
}

async function play(failure: Failure, runtime: Failure["runtimes"][number]): Promise<void> {
  const stage = await FailureStage.set(failure, runtime);
  try {
    await using recorded = await recording(failure, runtime);
    const release = await failure.release(stage);
    const run = await stage.deploy({ ...release, flags: [...recorded.flags, ...(release.flags ?? [])] });
    compare(run, failure.seen);
    await failure.seen.besides?.(stage, run);
    await expectTruth(stage, run);
    await recorded.keep();
  } finally {
    await stage.strike();
  }
}

export function compare(run: FailureRun, seen: Seen): void {
  const { exitCode, result, talk, mutating } = run;
  const told = toldBy(result);
  expect({ exitCode, outcome: told.outcome, mutating }, talk).toEqual({
    exitCode: seen.exitCode,
    outcome: seen.outcome,
    mutating: seen.mutating,
  });
  if (seen.cause !== undefined) expect(told.cause, talk).toBe(seen.cause);
  if (seen.why !== undefined) expect(told.why, talk).toMatch(seen.why);
  if (seen.fix !== undefined) expect(told.fix, talk).toMatch(seen.fix);
  const evidence = evidenceIn(result);
  for (const [what, pattern] of Object.entries(seen.evidence ?? {}))
    expect(evidence[what as keyof typeof evidence], talk).toMatch(pattern);
  // On the terminal it is a sentence, and begins with a capital.
  expect(talk).toContain(withShortDigests(told.fix.slice(1)));
  if (seen.now !== undefined) expect(talk).toMatch(seen.now);
  if (exitCode !== 0) expectExplained(run, told);
}

/** Whatever it is that fails: a reason of one line and a remedy, both on the screen, and each change named. */
function expectExplained({ talk, calls }: FailureRun, { why, fix }: Told): void {
  expect({ why, fix }, talk).toEqual({
    why: expect.stringMatching(/^\S.*\S$/),
    fix: expect.stringMatching(/^\S.*\S$/),
  });
  expect(talk).toContain(withShortDigests(why));
  const changed = new Set(calls.filter(({ status }) => status === 200).map(({ operation }) => operation));
  const end = talk.slice(Math.max(talk.lastIndexOf("\n✖"), talk.lastIndexOf("\nerror ")));
  if (changed.has("RegisterTaskDefinition")) expect(end, talk).toMatch(/ecs-demo:\d+/);
  if (changed.has("UpdateService")) expect(end, talk).toMatch(/ecs-demo:\d+|ecs-svc\/\d+/);
}

function withShortDigests(text: string): string {
  return text.replace(/(sha256:[0-9a-f]{6})[0-9a-f]{58}/g, "$1…");
}

interface Told {
  readonly outcome: string;
  readonly cause?: string;
  readonly why: string;
  readonly fix: string;
}

/** Of a result its outcome and diagnosis, else its reason and remedy; of an error alone its code, message and remedy. */
export function toldBy(result: FailureRun["result"]): Told {
  const {
    outcome,
    reason = "",
    diagnosis,
    error,
  } = result as {
    outcome?: string;
    reason?: string;
    diagnosis?: Omit<Told, "outcome">;
    error?: { code: string; message: string; remedy: string };
  };
  if (outcome !== undefined) return { why: reason, fix: error?.remedy ?? "", ...diagnosis, outcome };
  return { outcome: error?.code ?? "", why: error?.message ?? "", fix: error?.remedy ?? "" };
}
