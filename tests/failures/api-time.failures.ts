/** Clocks that are wrong, answers that are late or old. */
import { expect } from "vitest";
import { asked, goodRelease, missingImage, ofTheApi, rollback } from "./api-release.ts";
import type { Failure } from "./failure.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The run's own clock, shifted: ahead of AWS's where it is positive. */
function clockShifted(ms: number) {
  const preload = new URL("shifted-clock.fixture.ts", import.meta.url).href;
  return { NODE_OPTIONS: `--import=${preload}`, CLOCK_AHEAD_MS: `${ms}` };
}

function skewed(name: string, ms: number): Failure {
  return ofTheApi(`clock skew: ${name}`, [], {
    release: { surroundings: clockShifted(ms) },
    // AWS refuses the first call, and says its time in doing so.
    besides: async (_stage, { calls, talk }) => {
      const refused = calls.filter(({ service, status }) => service === "ecs" && status === 403);
      expect(refused, talk).toHaveLength(1);
      expect(talk).toMatch(/^✔ deployed in 0:\d\d /m);
    },
  });
}

function failingSkewed(name: string, ms: number): Failure {
  return {
    name: `clock skew: ${name}, and the image is missing`,
    runtimes: ["simulated"],
    release: (stage) => missingImage(stage, { surroundings: clockShifted(ms) }),
    seen: {
      outcome: "rolled-back",
      exitCode: 1,
      cause: "image-unavailable",
      why: /never-pushed.*not found/,
      fix: /never-pushed/,
      now: /^tasks .* stopped 0:0\d /m,
      mutating: [...asked, rollback],
    },
  };
}

export const skewFailures: readonly Failure[] = [
  skewed("10 minutes ahead", 10 * minuteMs),
  skewed("10 minutes behind", -10 * minuteMs),
  skewed("6 hours ahead", 6 * hourMs),
  skewed("6 hours behind", -6 * hourMs),
];

/** Readings are as old as on AWS after an update, by the run's clock: the local cloud's is as many times as fast. */
function stale(seconds: number, { failing }: { readonly failing: boolean }): Failure {
  const speed = 10;
  return {
    name: `stale reads after the update: ${seconds} s${failing ? ", and the image is missing" : ""}`,
    runtimes: ["simulated"],
    speed,
    release: async (stage) => {
      const release = await (failing ? missingImage(stage) : goodRelease(stage));
      await stage.faults({ kind: "stale-reads", service: "ecs", staleMs: seconds * 1_000 * speed });
      return release;
    },
    seen: failing
      ? {
          outcome: "rolled-back",
          exitCode: 1,
          why: /never-pushed.*not found/,
          fix: /never-pushed/,
          now: /^now .*ecs-demo:2: 1 of 1 running/m,
          // Once, though what is read goes on showing the deployment for long.
          mutating: [...asked, rollback],
        }
      : { outcome: "deployed", exitCode: 0, mutating: asked },
  };
}

export const waitingFailures: readonly Failure[] = [
  failingSkewed("6 hours ahead", 6 * hourMs),
  failingSkewed("6 hours behind", -6 * hourMs),
  stale(3, { failing: false }),
  stale(15, { failing: false }),
  stale(3, { failing: true }),
  stale(15, { failing: true }),
  ofTheApi("an endpoint that accepts and never answers", [{ kind: "latency", ms: 600_000 }], {
    outcome: "AWS_NOT_CONFIGURED",
    exitCode: 1,
    why: /^ecs:DescribeServices: nothing answers at http:\/\/127\.0\.0\.1:\d+: TimeoutError: .* 20000 ms/,
    fix: /^Check the network, AWS_REGION and AWS_ENDPOINT_URL: nothing answers at .*\. Nothing was registered or updated\.$/,
    mutating: [],
  }),
  ofTheApi("no answer while it watches", [
    { kind: "latency", ms: 600_000, operations: ["DescribeServices"], after: 1, count: 1 },
  ]),
];
