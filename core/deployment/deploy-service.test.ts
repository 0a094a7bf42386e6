import { describe, expect, it } from "vitest";
import type { Clients } from "../platform/aws/clients.ts";
import { deploy, later, old, ours, oursDone, steady } from "./deploying.fixture.ts";
import { arn, deployment, service, type Timeline } from "./scripted-aws.fixture.ts";

const counts = (desired: number, running: number, pending = 0) => ({ desired, running, pending, failed: 0 });

describe("deployService", () => {
  it("registers, updates with only what changes, follows its own deployment and says deployed", async () => {
    const after: Timeline = [
      [0, service([ours({ pendingCount: 2 }), old()])],
      [20, service([ours({ runningCount: 2 }), old()])],
      [40, service([oursDone])],
    ];
    const { result, aws, log } = await deploy({ after });
    expect(result).toMatchObject({
      outcome: "deployed",
      service: "web",
      cluster: "ecs-demo",
      region: "us-east-1",
      strategy: "rolling",
      taskDefinitionArn: arn("web:43"),
      previousTaskDefinitionArn: arn("web:42"),
      deploymentId: "ecs-svc/2",
      now: { taskDefinitionArn: arn("web:43"), running: 2, desired: 2 },
      proof: { status: "not-checked", reason: "no image is given by its digest" },
      error: undefined,
    });
    expect(result.durationMs).toBeGreaterThanOrEqual(40_000);
    expect(result.durationMs).toBeLessThan(42_000);
    expect(result.timeline.map(({ atMs, ours, others }) => [Math.floor(atMs / 10_000), ours, others])).toEqual([
      [0, counts(2, 0, 2), counts(2, 2)],
      [2, counts(2, 2), counts(2, 2)],
      [4, counts(2, 2), counts(0, 0)],
    ]);
    expect(aws.operations()).toEqual([
      "DescribeServices",
      "DescribeTaskDefinition",
      "RegisterTaskDefinition",
      "UpdateService",
    ]);
    expect(aws.calls.find((call) => call.startsWith("UpdateService"))).toBe(
      `UpdateService ${JSON.stringify({ cluster: "ecs-demo", service: "web", taskDefinition: arn("web:43") })}`,
    );
    expect(log.lines).toEqual([
      "service: web on ecs-demo · rolling · us-east-1",
      "plan: web:42 → a new revision of web",
      "plan:   web image  web:1 → web:2",
      "change: registered web:43",
      "change: updated service web · deployment ecs-svc/2",
      expect.stringMatching(/^watch: {2}0:01 {2}new ◐◐ 0 of 2 running, 2 starting · old ●● 2 running$/),
      expect.stringMatching(/^watch: {2}0:2\d {2}new ●● 2 of 2 running · old ●● 2 running$/),
      expect.stringMatching(/^watch: {2}0:4\d {2}new ●● 2 of 2 running$/),
    ]);
  });

  it("makes four calls where waiting is not asked for", async () => {
    const { result, aws } = await deploy(
      { after: [[0, service([ours(), old()])]] },
      { input: { "wait-until": undefined } },
    );
    expect(result).toMatchObject({ outcome: "started", deploymentId: "ecs-svc/2", error: undefined });
    expect(aws.calls).toHaveLength(4);
  });

  it("changes nothing where the service already runs exactly this", async () => {
    const { result, aws } = await deploy({}, { input: { image: "web:1" } });
    expect(result).toMatchObject({ outcome: "unchanged", changes: [], deploymentId: "ecs-svc/1", error: undefined });
    expect(aws.operations()).toEqual(["DescribeServices", "DescribeTaskDefinition"]);
  });

  it.each<[string, object, string]>([
    ["waits for them", { "wait-until": "stable" }, "timed-out"],
    ["leaves them alone where waiting is not asked for", { "wait-until": undefined }, "unchanged"],
  ])("does not take a service without its tasks for steady: %s", async (_what, input, outcome) => {
    const before = service([deployment("1", "web:42", { runningCount: 0 })]);
    const { result, aws } = await deploy({ before }, { input: { image: "web:1", "wait-for-minutes": 1, ...input } });
    expect(result).toMatchObject({ outcome, now: { running: 0, desired: 2 } });
    expect(aws.operations()).not.toContain("UpdateService");
  });

  it("joins the deployment in flight that carries the same revision", async () => {
    const before = service([deployment("1", "web:42", { rolloutState: "IN_PROGRESS", createdAt: new Date(0) })]);
    const completed = service([deployment("1", "web:42")]);
    let readings = 0;
    const rewire = (clients: Clients): Clients => {
      const describeServices: Clients["ecs"]["describeServices"] = async (input, options) => {
        readings += 1;
        if (readings < 4) return clients.ecs.describeServices(input, options);
        return { services: [completed], $metadata: {} };
      };
      return { ...clients, ecs: { ...clients.ecs, describeServices } };
    };
    const { result, aws } = await deploy({ before }, { input: { image: "web:1" }, rewire });
    expect(result).toMatchObject({ outcome: "deployed", deploymentId: "ecs-svc/1" });
    expect(aws.operations()).not.toContain("UpdateService");
  });

  it("changes the count alone without registering, waits for the count, and tells no earlier events", async () => {
    const earlier = {
      id: "e1",
      createdAt: later(-5),
      message: "(service web) (task a) failed container health checks.",
    };
    const event = { id: "e2", createdAt: later(9), message: "(service web) was unable to place a task. Reason: x" };
    const scaled = (running: number, events = [earlier]) =>
      service([deployment("1", "web:42", { desiredCount: 3, runningCount: running, createdAt: new Date(0) })], {
        desiredCount: 3,
        events,
      });
    const before = { ...steady, events: [earlier] };
    const after: Timeline = [
      [0, scaled(2)],
      [9, scaled(2, [event, earlier])],
      [30, scaled(3, [event, earlier])],
    ];
    const { result, aws, log } = await deploy({ before, after }, { input: { image: "web:1", "desired-count": 3 } });
    expect(aws.calls.at(2)).toBe('UpdateService {"cluster":"ecs-demo","service":"web","desiredCount":3}');
    expect(result.outcome).toBe("deployed");
    expect(result.durationMs).toBeGreaterThanOrEqual(30_000);
    const told = log.lines.filter((line) => line.includes("(service web)"));
    expect(told).toEqual([expect.stringContaining("was unable to place a task")]);
  });

  it("does not take a reading from before the update for the new count", async () => {
    const scaled = (running: number) =>
      service([deployment("1", "web:42", { desiredCount: 3, runningCount: running })], { desiredCount: 3 });
    const after: Timeline = [
      [0, scaled(2)],
      [1, steady],
      [5, scaled(2)],
      [30, scaled(3)],
    ];
    const { result } = await deploy({ after }, { input: { image: "web:1", "desired-count": 3 } });
    expect(result.outcome).toBe("deployed");
    expect(result.durationMs).toBeGreaterThanOrEqual(30_000);
  });

  it("deploys the same revision anew where that is asked for", async () => {
    const anew = (changes = {}) => deployment("2", "web:42", changes);
    const { aws, result } = await deploy(
      {
        after: [
          [0, service([anew({ rolloutState: "IN_PROGRESS", runningCount: 0 }), old()])],
          [5, service([anew()])],
        ],
      },
      { input: { image: "web:1", "force-new-deployment": true } },
    );
    expect(result).toMatchObject({ outcome: "deployed", deploymentId: "ecs-svc/2" });
    expect(aws.calls.at(2)).toBe('UpdateService {"cluster":"ecs-demo","service":"web","forceNewDeployment":true}');
  });

  it("waits for the last other deployment to leave where stable is asked for", async () => {
    const after: Timeline = [
      [0, service([ours(), old()])],
      [10, service([oursDone, old({ runningCount: 1 })])],
      [50, service([oursDone])],
    ];
    const stable = await deploy({ after }, { input: { "wait-until": undefined, "wait-for-service-stability": true } });
    expect(stable.result.outcome).toBe("deployed");
    expect(stable.result.durationMs).toBeGreaterThanOrEqual(50_000);
    const deployed = await deploy({ after });
    expect(deployed.result.durationMs).toBeLessThan(12_000);
  });

  it("takes a reading that is older than the one before the update for what it is", async () => {
    const before = { createdAt: new Date(-1), updatedAt: new Date(-1) };
    const { result } = await deploy({
      after: [
        [0, service([ours(), old()])],
        [2, service([deployment("0", "web:41", before)])],
        [5, service([oursDone])],
      ],
    });
    expect(result).toMatchObject({ outcome: "deployed", deploymentId: "ecs-svc/2" });
  });
});
