import { describe, expect, it } from "vitest";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { recordingLog } from "../platform/recording-log.fixture.ts";
import type { BegunDeployment } from "./begun.ts";
import { confirmDeployment } from "./confirm.ts";
import { deploy, later, old, ours, oursDone } from "./deploying.fixture.ts";
import { arn, awsError, deployment, type Script, scriptedAws, service, updateTime } from "./scripted-aws.fixture.ts";

const underWay = { after: [[0, service([ours({ runningCount: 1 }), old()])]] } as const;

describe("on-cancel", () => {
  it("leave: changes nothing and says that it goes on", async () => {
    const { result, aws } = await deploy(underWay, { abortAfterMs: 5_000 });
    expect(result).toMatchObject({
      outcome: "cancelled",
      rollbackRequested: false,
      error: { message: "the run was ended from outside: deployment ecs-svc/2 of web:43 goes on" },
    });
    expect(aws.operations()).not.toContain("ListServiceDeployments");
  });

  it("rollback: has found the service deployment before, reads it again and makes the one call", async () => {
    const { result, aws } = await deploy(underWay, { abortAfterMs: 5_000, input: { "on-cancel": "rollback" } });
    expect(result).toMatchObject({ outcome: "cancelled", rollbackRequested: true });
    expect(result.error?.message).toContain("Amazon ECS was asked to roll back deployment ecs-svc/2 of web:43");
    const last = aws.calls.slice(-2).map((call) => call.split(" ")[0]);
    expect(last).toEqual(["DescribeServiceDeployments", "StopServiceDeployment"]);
    expect(aws.operations().filter((name) => name === "ListServiceDeployments")).toHaveLength(1);
  });

  it.each(["UpdateService", "ListServiceDeployments", "DescribeServiceRevisions"])(
    "rollback: is asked for also where the run was ended at %s, before the service deployment was found",
    async (abortAt) => {
      const { result, aws } = await deploy(underWay, { abortAt, input: { "on-cancel": "rollback" } });
      expect(result).toMatchObject({ outcome: "cancelled", rollbackRequested: true });
      expect(aws.operations().filter((name) => name === "StopServiceDeployment")).toHaveLength(1);
    },
  );

  it("rollback: says why it was not asked for", async () => {
    const { result } = await deploy(
      { ...underWay, stopFails: awsError("AccessDeniedException", "no") },
      { abortAfterMs: 5_000, input: { "on-cancel": "rollback" } },
    );
    expect(result).toMatchObject({ outcome: "cancelled", rollbackRequested: false });
    expect(result.error?.message).toContain("its rollback was not asked for: ecs:StopServiceDeployment is not allowed");
  });

  it("tells of the deployment before it is waited for, in a form that text can keep", async () => {
    const { begun } = await deploy(underWay, { abortAfterMs: 5_000 });
    expect(JSON.parse(JSON.stringify(begun))).toEqual([
      {
        cluster: "ecs-demo",
        service: "web",
        id: "ecs-svc/2",
        taskDefinitionArn: arn("web:43"),
        createdAt: updateTime.toISOString(),
        previous: { id: "ecs-svc/1", taskDefinition: arn("web:42") },
      },
    ]);
    expect((await deploy(underWay, { input: { "wait-until": undefined } })).begun).toEqual([]);
  });
});

describe("confirmDeployment", () => {
  const begun: BegunDeployment = {
    cluster: "ecs-demo",
    service: "web",
    id: "ecs-svc/2",
    taskDefinitionArn: arn("web:43"),
    createdAt: updateTime.toISOString(),
    previous: { id: "ecs-svc/1", taskDefinition: arn("web:42") },
  };
  const back = (changes = {}) =>
    deployment("1", "web:42", { createdAt: new Date(0), updatedAt: later(20), ...changes });

  async function confirm(before: Script["before"], rollBack: boolean, script: Partial<Script> = {}) {
    const clock = new JumpingClock(updateTime.getTime());
    const aws = scriptedAws({ before, ...script }, clock);
    const run = { clock, log: recordingLog(), signal: new AbortController().signal };
    return { said: await confirmDeployment(aws.clients, begun, { rollBack, run }), aws };
  }

  it.each<[string, Script["before"], string]>([
    ["goes on", service([ours({ runningCount: 1 }), old()]), "goes on: 1 of 2 running"],
    ["is complete", service([oursDone]), "is complete"],
    ["was rolled back", service([back()]), "was rolled back: web:42 is the service's revision"],
    [
      "was superseded",
      service([deployment("3", "web:44", { createdAt: later(9) })]),
      "was superseded: deployment ecs-svc/3 of web:44 is the service's now",
    ],
  ])("says by one reading that it %s", async (_what, before, words) => {
    const { said, aws } = await confirm(before, false);
    expect(said).toBe(`deployment ecs-svc/2 of web:43 ${words}`);
    expect(aws.calls).toHaveLength(1);
  });

  it("asks for the rollback that a killed step did not get through, and follows it", async () => {
    const { said, aws } = await confirm(service([ours(), old()]), true, {
      afterStop: [
        [0, service([back({ rolloutState: "IN_PROGRESS" }), ours({ status: "ACTIVE", rolloutState: "FAILED" })])],
        [30, service([back()])],
      ],
    });
    expect(said).toBe("deployment ecs-svc/2 of web:43 was rolled back: web:42 is the service's revision");
    expect(aws.operations()).toContain("StopServiceDeployment");
  });

  it("says where it could not", async () => {
    const { said } = await confirm(service([ours({ runningCount: 1 }), old()]), true, { listed: [] });
    expect(said).toContain(
      "goes on: 1 of 2 running; its rollback was not asked for: its service deployment is not listed",
    );
  });
});
