import { describe, expect, it } from "vitest";
import { Attempts } from "../platform/aws/attempts.ts";
import type { Clients } from "../platform/aws/clients.ts";
import type { CallOptions } from "../platform/aws/settings.ts";
import { deploy, deploying, old, ours } from "./deploying.fixture.ts";
import { awsError, service } from "./scripted-aws.fixture.ts";

const balanced = { loadBalancers: [{ targetGroupArn: "arn:aws:elasticloadbalancing:x:y:targetgroup/web/1" }] };
const failing = { after: [[0, service([ours({ failedTasks: 1 }), old()], balanced)]] } as const;

/** Is not answered before its signal ends it; an explanation after the watch is. */
function unanswered<Call extends (input: never, options?: CallOptions) => Promise<unknown>>(call: Call): Call {
  let calls = 0;
  return (async (input, options = {}) => {
    calls += 1;
    if (calls > 1) return call(input, options);
    return new Promise((_, reject) =>
      options.signal?.addEventListener("abort", () => reject(options.signal?.reason as Error), { once: true }),
    );
  }) as Call;
}

const rewired: readonly (readonly [string, (clients: Clients) => Clients])[] = [
  ["ListTasks", (clients) => ({ ...clients, ecs: { ...clients.ecs, listTasks: unanswered(clients.ecs.listTasks) } })],
  [
    "DescribeTargetHealth",
    (clients) => ({
      ...clients,
      elb: { ...clients.elb, describeTargetHealth: unanswered(clients.elb.describeTargetHealth) },
    }),
  ],
];

describe.each(rewired)("where %s is not answered", (_operation, rewire) => {
  it("the watch ends at its deadline all the same", { timeout: 5_000 }, async () => {
    const input = { "wait-for-minutes": "1" };
    const { result, log } = await deploy(failing, { input, rewire });
    expect(result).toMatchObject({ outcome: "timed-out", durationMs: 60_000, notes: [] });
    expect(log.lines.join("\n")).not.toContain("cannot be told");
  });
});

it("the watch ends at its deadline though every reading fails, and is made again until then", async () => {
  const throttled = awsError("ThrottlingException", "Rate exceeded");
  let made = 0;
  const run = deploying(
    { after: [[0, service([ours(), old()])]] },
    {
      input: { "wait-for-minutes": "2" },
      rewire: ({ ecs, ...others }) => ({
        ...others,
        ecs: {
          ...ecs,
          describeServices: (input, options = {}) => {
            if (!run.aws.operations().includes("UpdateService")) return ecs.describeServices(input, options);
            return new Attempts({ clock: run.clock }).make(async () => {
              made += 1;
              throw throttled;
            }, options);
          },
        },
      }),
    },
  );
  const { result } = await run.done;
  expect(result).toMatchObject({ outcome: "timed-out", durationMs: 120_000 });
  expect(made).toBeGreaterThan(10);
});

it("gathers the explanation within a limit of its own, and says what did not answer", { timeout: 5_000 }, async () => {
  const input = { "wait-for-minutes": "1" };
  const never = <Call extends (input: never, options?: CallOptions) => Promise<unknown>>() =>
    ((_input, { signal } = {}) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      })) as Call;
  const rewire = (clients: Clients) => ({
    ...clients,
    ecs: { ...clients.ecs, listTasks: never<Clients["ecs"]["listTasks"]>() },
  });
  const { result } = await deploy(failing, { input, rewire });
  expect(result).toMatchObject({
    outcome: "timed-out",
    durationMs: 70_000,
    diagnosis: { notes: ["ecs:ListTasks did not answer within 10 s"] },
  });
});
