/** Fail-fast beats the breaker: the reason is on the screen within 5 s of the first stopped task. */
import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { CLUSTER, SERVICE } from "../../demo/bootstrap.ts";
import type { RuntimeKind } from "../../demo/cli.ts";
import { describeWithEngine } from "../engine.fixture.ts";
import { LONGEST_MS } from "./expect-failure.ts";
import { type FailureRun, FailureStage } from "./failure-stage.fixture.ts";

const MOST_MS = 5_000;

interface Case {
  readonly breaker: boolean;
  readonly onFailure: "as-service" | "leave" | "rollback";
  readonly outcome: "failed" | "rolled-back";
  readonly stops: boolean;
  readonly now: RegExp;
  readonly left?: RegExp;
}

const wentBack = /^now {6}ecs-demo:2: 1 of 1 running\. ecs-demo:3 stays registered$/m;
/** ECS tries on; what served before still does. */
const goesOn = /^now {6}ecs-demo:3: 0 of 1 running, IN_PROGRESS.*ecs-demo:2: 1 running/m;

const asAsked = /deployment ecs-svc\/\d+ is left as it is, as asked: Amazon ECS goes on trying$/m;
const asService = /is left as it is, as the service does not roll back by itself: Amazon ECS goes on trying$/m;

const cases: readonly Case[] = [
  { breaker: true, onFailure: "as-service", outcome: "rolled-back", stops: true, now: wentBack },
  { breaker: true, onFailure: "rollback", outcome: "rolled-back", stops: true, now: wentBack },
  { breaker: true, onFailure: "leave", outcome: "failed", stops: false, now: goesOn, left: asAsked },
  { breaker: false, onFailure: "as-service", outcome: "failed", stops: false, now: goesOn, left: asService },
  { breaker: false, onFailure: "rollback", outcome: "rolled-back", stops: true, now: wentBack },
  { breaker: false, onFailure: "leave", outcome: "failed", stops: false, now: goesOn, left: asAsked },
];

describe.concurrent("an image that cannot be pulled", () => {
  it.each(cases)(
    "with the breaker $breaker and on-failure $onFailure ends as $outcome, the reason said at once",
    (given) => play("simulated", given),
    LONGEST_MS,
  );

  it("is told at once where it is really pulled: by processes", () => play("process", cases[0]), LONGEST_MS);
});

describeWithEngine("an image that Docker cannot pull", () => {
  it("is told at once", () => play("docker", cases[0]), LONGEST_MS);
});

async function play(runtime: RuntimeKind, given: Case | undefined): Promise<void> {
  if (given === undefined) throw new Error("there is a case");
  const { breaker, onFailure, outcome, stops, now, left = /^/ } = given;
  const stage = await FailureStage.set({}, runtime);
  try {
    await stage.others.configure({ deploymentCircuitBreaker: { enable: breaker, rollback: breaker } });
    let said: number | undefined;
    const run = await stage.deploy({
      image: `${new URL(stage.endpoint).host}/ecs-demo:never-pushed`,
      flags: ["--wait-until", "deployed", "--on-failure", onFailure],
      meanwhile: (talk) => {
        if (/^watch .*never-pushed: not found$/m.test(talk)) said ??= Date.now();
      },
    });
    expect({ outcome: run.result.outcome, exitCode: run.exitCode }, run.talk).toEqual({ outcome, exitCode: 1 });
    const calls = ["RegisterTaskDefinition", "UpdateService", ...(stops ? ["StopServiceDeployment"] : [])];
    expect(run.mutating).toEqual(calls);
    expect(run.talk).toMatch(now);
    expect(run.talk).toMatch(left);
    expect((said ?? Number.POSITIVE_INFINITY) - (await firstStop(stage, run)), run.talk).toBeLessThan(MOST_MS);
  } finally {
    await stage.strike();
  }
}

/** When ECS had the deployment's first task stopped; milliseconds since the epoch, at a clock as fast as ours. */
async function firstStop({ others: { ecs } }: FailureStage, { result }: FailureRun): Promise<number> {
  const { taskArns } = await ecs.send(
    new ListTasksCommand({ cluster: CLUSTER, serviceName: SERVICE, desiredStatus: "STOPPED" }),
  );
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: taskArns }));
  const times = tasks
    .filter(({ startedBy }) => startedBy === result.deploymentId)
    .flatMap(({ stoppedAt }) => stoppedAt?.getTime() ?? []);
  return Math.min(...times);
}
