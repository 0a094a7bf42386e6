import type { Service, TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { Clients } from "../platform/aws/clients.ts";
import { resultLines } from "../report/result-lines.ts";
import { deploySummary } from "../report/summary.ts";
import { deploying, old, ours, oursDone } from "./deploying.fixture.ts";
import { arn, awsError, deployment, service } from "./scripted-aws.fixture.ts";

type Readings = (secondsSinceUpdate: number) => Service;

const before = service([deployment("1", "web:42", { createdAt: new Date(0) })]);
const comesUp: Readings = (seconds) => service(seconds < 10 ? [ours(), old()] : [oursDone]);
const failsAfter = (seconds: number) => (since: number) =>
  service(
    [ours(since < seconds ? {} : { rolloutState: "FAILED", rolloutStateReason: "tasks failed to start." }), old()],
    {
      deploymentConfiguration: {},
    },
  );

/** Deploys to services that each have readings of their own. */
async function deployTo(
  services: Readonly<Record<string, Readings | Error>>,
  {
    input = {},
    current = {},
    revisions = {},
  }: {
    input?: object;
    current?: Readonly<Record<string, Service>>;
    /** By their ARNs, or the family for its newest one. */
    revisions?: Readonly<Record<string, TaskDefinition>>;
  } = {},
) {
  const calls: { operation: string; services: readonly string[] }[] = [];
  const updated = new Map<string, number>();
  let now = () => 0;
  const read = (name: string): Service => {
    const at = updated.get(name);
    const readings = services[name];
    const found =
      at === undefined || typeof readings !== "function" ? (current[name] ?? before) : readings((now() - at) / 1000);
    return { ...found, serviceName: name };
  };
  const rewire = (clients: Clients): Clients => ({
    ...clients,
    ecs: {
      ...clients.ecs,
      describeServices: async ({ services: names = [] }) => {
        calls.push({ operation: "DescribeServices", services: names });
        return { services: names.map(read), $metadata: {} };
      },
      describeTaskDefinition: async (asked, options) => {
        const taskDefinition = revisions[asked.taskDefinition ?? ""];
        if (taskDefinition === undefined) return clients.ecs.describeTaskDefinition(asked, options);
        return { taskDefinition, $metadata: {} };
      },
      updateService: async ({ service: name = "" }) => {
        calls.push({ operation: "UpdateService", services: [name] });
        const readings = services[name];
        if (readings instanceof Error) throw readings;
        updated.set(name, now());
        return { service: read(name), $metadata: {} };
      },
    },
  });
  const run = deploying(
    { before },
    { rewire, input: { service: undefined, services: Object.keys(services), ...input } },
  );
  now = () => run.clock.now();
  const { result, aws, log, begun } = await run.done;
  const reads = calls.filter(({ operation }) => operation === "DescribeServices");
  const updates = calls.filter(({ operation }) => operation === "UpdateService").flatMap((call) => call.services);
  return { result, log, begun, reads, updates, operations: aws.operations() };
}

describe("deployService to several services", () => {
  it("registers once, updates each, and reads all of them ten a call", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const { result, reads, updates, operations, begun } = await deployTo(
      Object.fromEntries(names.map((name) => [name, comesUp])),
    );
    expect(result).toMatchObject({ outcome: "deployed", error: undefined });
    expect(result.services?.map(({ service, outcome }) => `${service} ${outcome}`)).toEqual(
      names.map((name) => `${name} deployed`),
    );
    expect(operations.filter((name) => name === "RegisterTaskDefinition")).toHaveLength(1);
    expect(operations.filter((name) => name === "DescribeTaskDefinition")).toHaveLength(1);
    expect([...updates].sort()).toEqual([...names].sort());
    expect(begun).toHaveLength(12);
    // Two calls a round: the plan's, and one every 1 to 1.5 s for 10 to 12 s.
    expect(new Set(reads.map(({ services }) => services.length))).toEqual(new Set([10, 2]));
    expect(reads.length).toBeLessThanOrEqual(2 * (1 + 12));
  });

  it("is as bad as the worst, says how many did not get there, and lets the others finish", async () => {
    const { result, log } = await deployTo({
      web: comesUp,
      worker: failsAfter(4),
      cron: awsError("InvalidParameterException", "no such thing"),
    });
    expect(result.services?.map(({ service, outcome }) => [service, outcome])).toEqual([
      ["web", "deployed"],
      ["worker", "failed"],
      ["cron", "failed"],
    ]);
    expect(result).toMatchObject({ outcome: "failed", service: "worker", error: { code: "DEPLOYMENT_FAILED" } });
    expect(result.error?.message).toMatch(/^2 of 3 services: worker: web:43 did not come up: .*; also cron failed$/);
    expect(result.services?.map(({ deploymentId }) => deploymentId)).toEqual(["ecs-svc/2", "ecs-svc/2", undefined]);
    expect(result.services?.[2]?.error).toMatchObject({
      code: "AWS_CALL_FAILED",
      remedy: expect.stringContaining("web:43 was registered; the service was not changed."),
    });
    expect(log.lines.filter((line) => line.startsWith("watch: web  "))).not.toEqual([]);
    const lines = resultLines(result).map(({ label, text }) => `${label} ${text}`);
    expect(lines[0]).toMatch(/✔ deployed in .*web:43 .* {4}web$/);
    expect(deploySummary(result)).toContain("| worker | failed |");
  });

  it("says of one that cannot be watched any more which deployment goes on, and how it was left", async () => {
    let reads = 0;
    const { result } = await deployTo({
      web: comesUp,
      worker: () => {
        reads += 1;
        if (reads > 3) throw awsError("AccessDeniedException", "User is not authorized");
        return service([ours({ runningCount: 1 }), old()]);
      },
    });
    const [, worker] = result.services ?? [];
    expect(worker).toMatchObject({
      outcome: "failed",
      deploymentId: "ecs-svc/2",
      taskDefinitionArn: arn("web:43"),
      now: { taskDefinitionArn: arn("web:43"), deploymentId: "ecs-svc/2", running: 1 },
      error: {
        message: expect.stringMatching(
          /Deployment ecs-svc\/2 of web:43 in service worker goes on without being watched$/,
        ),
      },
    });
  });

  it("leaves alone those that run exactly this, whatever their revisions are called", async () => {
    const same = service([deployment("1", "web:41", { createdAt: new Date(0) })]);
    const { result, updates, operations } = await deployTo(
      { web: comesUp, worker: comesUp },
      { input: { image: "web:1" }, current: { worker: { ...same, taskDefinition: arn("web:41") } } },
    );
    expect(result.outcome).toBe("unchanged");
    expect(updates).toEqual([]);
    expect(operations).not.toContain("RegisterTaskDefinition");
  });

  it("does not give to others an INACTIVE revision that one of them runs on", async () => {
    const environment = [{ name: "LOG_LEVEL", value: "info" }];
    const same = { family: "web", containerDefinitions: [{ name: "web", image: "web:2", environment }] };
    const other = {
      ...same,
      taskDefinitionArn: arn("web:42"),
      containerDefinitions: [{ name: "web", image: "web:1" }],
    };
    const inactive = { ...same, taskDefinitionArn: arn("web:41"), status: "INACTIVE" as const };
    const { updates, operations } = await deployTo(
      { web: comesUp, worker: comesUp },
      {
        current: { worker: service([deployment("1", "web:41", { createdAt: new Date(0) })]) },
        revisions: { web: other, [arn("web:42")]: other, [arn("web:41")]: inactive },
      },
    );
    expect(updates).toEqual(["web"]);
    expect(operations).toContain("RegisterTaskDefinition");
  });

  it("changes nothing where one of them does not exist", async () => {
    const run = deploying({ before }, { input: { service: undefined, services: ["web", "none"] } });
    await expect(run.done).rejects.toMatchObject({
      code: "ECS_SERVICE_NOT_FOUND",
      message: "cluster ecs-demo has no service none",
    });
    expect(run.aws.operations()).toEqual(["DescribeServices"]);
  });
});
