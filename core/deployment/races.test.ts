/** What others do between our reading and our update, and readings that are older than the ones before them. */
import { describe, expect, it } from "vitest";
import { deploy, deploying, later, old, ours, oursDone, steady } from "./deploying.fixture.ts";
import { arn, deployment, service, type Timeline } from "./scripted-aws.fixture.ts";

const failed = ours({
  status: "ACTIVE",
  rolloutState: "FAILED",
  rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
  updatedAt: later(30),
});
const back = (at: number, changes = {}) =>
  deployment("1", "web:42", { createdAt: new Date(0), updatedAt: later(at), ...changes });

describe("a reading from before the update", () => {
  it("is no completed rollback while one is under way", async () => {
    const after: Timeline = [
      [0, service([ours(), old()])],
      [31, service([back(31, { rolloutState: "IN_PROGRESS" }), failed])],
      [35, steady],
      [40, service([back(31, { rolloutState: "IN_PROGRESS" }), failed])],
      [60, service([back(60)])],
    ];
    const { result } = await deploy({ after });
    expect(result).toMatchObject({ outcome: "rolled-back", now: { rolloutState: "COMPLETED" } });
    expect(result.durationMs).toBeGreaterThanOrEqual(60_000);
  });

  it("is no rollback once the deployment has failed", async () => {
    const after: Timeline = [
      [0, service([ours(), old()])],
      [30, service([{ ...failed, status: "PRIMARY" }, old()])],
      [32, steady],
    ];
    const { result, log } = await deploy({ after }, { input: { "wait-for-minutes": 1 } });
    expect(result).toMatchObject({ outcome: "failed", durationMs: 60_000 });
    expect(log.lines.join("\n")).not.toContain("rolling back");
  });

  it("is not somebody else's deployment that ours took the place of", async () => {
    const theirs = deployment("7", "web:41", {
      rolloutState: "IN_PROGRESS",
      createdAt: later(-3),
      updatedAt: later(-1),
    });
    const after: Timeline = [
      [0, service([ours(), { ...theirs, status: "ACTIVE" }, old()])],
      [3, service([theirs, old()])],
      [9, service([oursDone])],
    ];
    const { result, log } = await deploy({ after });
    expect(result.outcome).toBe("deployed");
    expect(log.lines).toContain(
      "warn: this update took the place of deployment ecs-svc/7 of web:41, begun by somebody else meanwhile",
    );
  });
});

it("says of a newer deployment of the same revision that it is one", async () => {
  const newer = deployment("3", "web:43", { rolloutState: "IN_PROGRESS", createdAt: later(8), updatedAt: later(8) });
  const after: Timeline = [
    [0, service([ours(), old()])],
    [8, service([newer, ours({ status: "ACTIVE" }), old()])],
  ];
  const { result } = await deploy({ after });
  expect(result).toMatchObject({
    outcome: "superseded",
    error: { remedy: "Watch service web: the newer deployment is of web:43, too." },
  });
});

it("says of a service that was deleted meanwhile that it was, and looks for nothing else", async () => {
  const after: Timeline = [
    [0, service([ours(), old()])],
    [5, service([ours({ desiredCount: 0 }), old()], { status: "DRAINING" })],
  ];
  const { result, aws } = await deploy({ after }, { input: { "on-failure": "rollback" } });
  expect(result).toMatchObject({
    outcome: "failed",
    reason: "service web is DRAINING: it was deleted meanwhile",
    now: { status: "DRAINING" },
    error: {
      message: "web:43 lost its service: service web is DRAINING: it was deleted meanwhile",
      remedy: "Create service web again if it is to run web:43.",
    },
  });
  expect(aws.operations()).toEqual([
    "DescribeServices",
    "DescribeTaskDefinition",
    "RegisterTaskDefinition",
    "UpdateService",
  ]);
});

describe("a revision that says the same and nothing runs", () => {
  const { taskDefinitionArn, ...same } = {
    taskDefinitionArn: arn("web:43"),
    family: "web",
    containerDefinitions: [{ name: "web", image: "web:2", environment: [{ name: "LOG_LEVEL", value: "info" }] }],
  };
  const current = {
    ...same,
    taskDefinitionArn: arn("web:42"),
    containerDefinitions: [{ name: "web", image: "web:1" }],
  };

  /** Answers the family with its newest revision. */
  function withNewest(newest: object, input: object = {}) {
    const asked: string[] = [];
    const run = deploying(
      { after: [[0, service([oursDone])]] },
      {
        input: { ...input },
        rewire: ({ ecs, ...others }) => ({
          ...others,
          ecs: {
            ...ecs,
            describeTaskDefinition: async ({ taskDefinition = "" }) => {
              asked.push(taskDefinition);
              return { taskDefinition: taskDefinition === "web" ? newest : current, $metadata: {} };
            },
          },
        }),
      },
    );
    return { ...run, asked };
  }

  it("is deployed, not registered again: the run that registered it was killed", async () => {
    const { aws, asked, done } = withNewest({ ...same, taskDefinitionArn, status: "ACTIVE" });
    expect((await done).result).toMatchObject({ outcome: "deployed", taskDefinitionArn });
    expect(aws.operations()).not.toContain("RegisterTaskDefinition");
    expect(asked).toEqual(["web", arn("web:42")]);
  });

  it("is not looked for without waiting, which is four calls at most", async () => {
    const newest = { ...same, taskDefinitionArn, status: "ACTIVE" };
    const { aws, asked, done } = withNewest(newest, { "wait-until": undefined });
    expect((await done).result).toMatchObject({ outcome: "started" });
    expect(asked).toEqual([arn("web:42")]);
    expect([...aws.operations(), ...asked]).toHaveLength(4);
  });

  it.each([{ status: "INACTIVE" }, { containerDefinitions: current.containerDefinitions }])(
    "is not taken where it is another one: %j",
    async (change) => {
      const { aws, done } = withNewest({ ...same, taskDefinitionArn: arn("web:44"), ...change });
      await done;
      expect(aws.operations()).toContain("RegisterTaskDefinition");
    },
  );
});
