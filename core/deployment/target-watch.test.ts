import type { TargetHealthDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { deploy, old, ours, oursDone } from "./deploying.fixture.ts";
import { awsError, service } from "./scripted-aws.fixture.ts";

const loadBalancers = [
  { targetGroupArn: "arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/web/1", containerName: "web" },
];
const targets = (...states: ("healthy" | "initial")[]): TargetHealthDescription[] =>
  states.map((State) => ({ TargetHealth: { State } }));
const after = [
  [0, service([ours({ runningCount: 2 }), old()], { loadBalancers })],
  [35, service([oursDone], { loadBalancers })],
] as const;

async function targetLines(targetHealth: readonly TargetHealthDescription[] | Error) {
  const { log, aws, result } = await deploy({ after, targetHealth });
  expect(result.outcome).toBe("deployed");
  const calls = aws.calls.filter((call) => call.startsWith("DescribeTargetHealth")).length;
  return { calls, lines: log.lines.filter((line) => line.includes("targets ")) };
}

it("tells how many targets are healthy, once for each change, and asks every 10 s", async () => {
  const { calls, lines } = await targetLines(targets("healthy", "initial", "healthy"));
  expect(lines).toEqual([expect.stringMatching(/^watch: {2}0:01 {2}targets 2 healthy, 1 initial$/)]);
  expect(calls).toBeGreaterThanOrEqual(3);
  expect(calls).toBeLessThanOrEqual(4);
});

it("says once that it may not, and asks no more", async () => {
  const { calls, lines } = await targetLines(awsError("AccessDeniedException", "no"));
  expect(calls).toBe(1);
  expect(lines).toEqual([
    "warn: whether targets are healthy cannot be told: elasticloadbalancing:DescribeTargetHealth is not allowed",
  ]);
});
