import { describe, expect, it } from "vitest";
import { awsError, type Script, scriptedAws, service, updateTime } from "../deployment/scripted-aws.fixture.ts";
import { JumpingClock } from "../platform/jumping-clock.fixture.ts";
import { diagnose } from "./diagnose.ts";
import { at, task, taskDefinition } from "./diagnosed.fixture.ts";

describe("alarms", () => {
  it("names the alarm that failed the deployment, before what tasks died of, and asks only then", async () => {
    const web = service([], {
      deploymentConfiguration: { alarms: { alarmNames: ["5xx", "cpu"], enable: true, rollback: true } },
    });
    const alarms = [
      { AlarmName: "cpu", StateValue: "OK" as const, StateUpdatedTimestamp: at(3) },
      { AlarmName: "5xx", StateValue: "ALARM" as const, StateReason: "12 errors" },
    ];
    const explainBy = async (reason: string, changes: Partial<Script> = {}) => {
      const aws = scriptedAws({ before: web, alarms, stopped: [task("a", {})], ...changes }, new JumpingClock());
      const name = { cluster: "ecs-demo", service: "web" };
      const failed = { name, service: web, deploymentId: "ecs-svc/2", since: updateTime, taskDefinition, reason };
      return { ...(await diagnose(aws.clients, failed, new AbortController().signal)), operations: aws.operations() };
    };
    const detected = "ECS deployment failed: alarm detected.";
    expect(await explainBy(detected)).toMatchObject({
      cause: "alarm",
      why: "alarm 5xx went to ALARM: 12 errors",
      fix: "correct what set off alarm 5xx, and deploy again",
      tasks: [{ id: "a" }],
    });
    const over = alarms.map((alarm) => ({ ...alarm, StateValue: "OK" as const }));
    expect(await explainBy(detected, { alarms: over })).toMatchObject({ why: "alarm cpu went to ALARM" });
    const denied = await explainBy(detected, { alarms: awsError("AccessDenied", "no") });
    expect(denied).toMatchObject({
      cause: "unknown",
      notes: expect.arrayContaining(["cloudwatch:DescribeAlarms is not allowed"]),
    });
    expect((await explainBy("tasks failed to start.")).operations).not.toContain("DescribeAlarms");
  });
});
