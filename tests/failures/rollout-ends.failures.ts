/** Deployments that end without a failure of their own: at a deadline, or with nothing to run. */
import { expect } from "vitest";
import type { Failure } from "./failure.ts";
import type { FailureRun } from "./failure-stage.fixture.ts";
import { onceSaid, watching } from "./release.ts";

const mutating = ["RegisterTaskDefinition", "UpdateService"];

/** As fast as AWS's waits pass the run's do, too: its minute is a minute of its own clock. With REAL_WAITS it is a real one. */
const speed = process.env.REAL_WAITS === undefined ? 4 : 1;
const hurried = {
  NODE_OPTIONS: `--import=${new URL("hurried-clock.fixture.ts", import.meta.url).href}`,
  CLOCK_SPEED: `${speed}`,
};

/** It watched for a minute from the change on, not less and not another one; what explains it comes after that. */
function watchedForAMinute({ result, calls, talk }: FailureRun): void {
  expect(result.durationMs, talk).toBeGreaterThanOrEqual(60_000);
  const times = (operation: string) =>
    calls.filter((call) => call.operation === operation).map(({ time }) => Date.parse(time));
  const [changed = Number.NaN] = times("UpdateService");
  const last = times("DescribeServices").at(-1) ?? Number.NaN;
  // The journal's clock is not hurried.
  expect((last - changed) * speed, talk).toBeLessThan(100_000);
}

export const endFailures: readonly Failure[] = [
  {
    name: "time-out",
    runtimes: ["simulated"],
    speed,
    release: async (stage) => ({
      image: await stage.image("2.0.0", { pullSeconds: 3_600 }),
      flags: ["--wait-for-service-stability", "--wait-for-minutes", "1"],
      surroundings: hurried,
    }),
    seen: {
      outcome: "timed-out",
      exitCode: 1,
      why: /not complete at the deadline/,
      fix: /service web/,
      now: /^now .*ecs-demo:3: 0 of 1 running, IN_PROGRESS; ecs-demo:2: 1 running$/m,
      mutating,
      besides: async (_stage, run) => watchedForAMinute(run),
    },
  },
  {
    name: "time-out, and the explanation is not answered",
    runtimes: ["simulated"],
    speed,
    release: async (stage) => ({
      image: await stage.image("2.0.0", { pullSeconds: 3_600 }),
      flags: ["--wait-until", "deployed", "--wait-for-minutes", "1"],
      surroundings: hurried,
      meanwhile: onceSaid(watching, () =>
        stage.faults({ kind: "latency", ms: 120_000, operations: ["ListTasks", "DescribeTargetHealth"] }),
      ),
    }),
    seen: {
      outcome: "timed-out",
      exitCode: 1,
      why: /not complete at the deadline/,
      fix: /service web/,
      now: /^missing .*ecs:ListTasks did not answer within 10 s$/m,
      mutating,
      besides: async (_stage, run) => watchedForAMinute(run),
    },
  },
  {
    name: "desired count 0",
    runtimes: ["process", "simulated"],
    release: async (stage) => ({
      image: await stage.image("2.0.0"),
      flags: ["--wait-until", "deployed", "--desired-count", "0"],
    }),
    seen: {
      outcome: "deployed",
      exitCode: 0,
      now: /ecs-demo:3 · nothing runs: the desired count is 0/,
      mutating,
      besides: async ({ others }, { result }) => {
        expect(result.proof).toMatchObject({ status: "not-checked" });
        expect(await others.primary()).toMatchObject({ rolloutState: "COMPLETED", desiredCount: 0, runningCount: 0 });
      },
    },
  },
];
