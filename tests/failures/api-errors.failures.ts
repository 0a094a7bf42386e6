/** AWS's API throttles and fails, for a while or at one call. */
import { expect } from "vitest";
import { ofTheApi, register, says, update } from "./api-release.ts";
import type { Failure } from "./failure.ts";

/** As long as the issue says, once a night; long enough for the SDK's own retries to give up, else. */
const long = process.env.LONG_FAILURES !== undefined;
const throttledMs = long ? 30_000 : 9_000;
const failingMs = long ? 20_000 : 5_000;

/** AWS is asked again, and not too often: pauses grow to five seconds. */
function withCalls(failure: Failure, kind: string, most: number): Failure {
  const besides: Failure["seen"]["besides"] = async (_stage, { calls, talk }) => {
    const met = calls.filter(({ faults = [] }) => faults.includes(kind)).length;
    expect(met, talk).toBeGreaterThan(1);
    expect(met, talk).toBeLessThanOrEqual(most);
  };
  return { ...failure, seen: { ...failure.seen, besides } };
}

export const errorFailures: readonly Failure[] = [
  withCalls(ofTheApi("throttled for 30 s", [{ kind: "throttle", service: "ecs", forMs: throttledMs }]), "throttle", 12),
  ofTheApi(
    "throttled while it updates",
    [
      { kind: "throttle", operations: [register], count: 1 },
      { kind: "throttle", operations: [update], count: 5 },
    ],
    { mutating: [register, register, ...Array.from({ length: 6 }, () => update)] },
  ),
  withCalls(
    ofTheApi("throttled while it watches", [
      { kind: "throttle", operations: ["DescribeServices"], after: 1, forMs: throttledMs },
    ]),
    "throttle",
    12,
  ),
  withCalls(ofTheApi("API answering 500 for 20 s", [{ kind: "error", service: "ecs", forMs: failingMs }]), "error", 12),
  ofTheApi(
    "API answering 500 and 503 while it changes",
    [
      { kind: "error", operations: [register], count: 1 },
      { kind: "error", status: 503, operations: [register], count: 2 },
      { kind: "error", operations: [update], count: 1 },
      { kind: "error", status: 503, operations: [update], count: 2 },
    ],
    {
      mutating: [register, register, register, register, update, update, update, update],
      ...says(
        /AWS failed on ecs:RegisterTaskDefinition \(ServerException: .*has no such revision, so it is made again/,
      ),
    },
  ),
  ofTheApi("API answering 500 to a forced update", [{ kind: "error", operations: [update], count: 1 }], {
    release: { flags: ["--force-new-deployment"] },
    outcome: "AWS_CALL_FAILED",
    exitCode: 1,
    why: /^ecs:UpdateService: AWS failed on it, and whether it was carried out is not known: ServerException/,
    fix: /^ecs-demo:\d+ was registered\. Look at the deployments of service web, and deploy again if there is no new one\.$/,
  }),
  withCalls(
    ofTheApi("API answering 503 while it watches", [
      { kind: "error", status: 503, operations: ["DescribeServices"], after: 1, forMs: failingMs },
    ]),
    "error",
    12,
  ),
];
