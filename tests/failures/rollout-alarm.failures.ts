/** Deployments that an alarm is to fail. */
import { PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import type { Failure } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import type { Others } from "./others.ts";
import { onceSaid, watching } from "./release.ts";

const alarm = "web-5xx";
const alarms = { enable: true, rollback: true, alarmNames: [alarm] };

async function watchedByAlarm({ others }: FailureStage): Promise<void> {
  const metric = {
    Namespace: "AWS/ApplicationELB",
    MetricName: "HTTPCode_Target_5XX_Count",
    Statistic: "Sum" as const,
  };
  const over = { Threshold: 5, ComparisonOperator: "GreaterThanThreshold" as const, Period: 10, EvaluationPeriods: 1 };
  await others.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: alarm, ...metric, ...over }));
  await others.configure({ alarms });
}

async function goesOff({ cloudwatch }: Others): Promise<void> {
  const StateReason = "Threshold Crossed: 7 errors are more than 5";
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: alarm, StateValue: "ALARM", StateReason }));
}

const flags = ["--wait-until", "deployed"];
const mutating = ["RegisterTaskDefinition", "UpdateService"];

export const alarmFailures: readonly Failure[] = [
  {
    name: "alarm rollback",
    runtimes: ["process", "simulated"],
    speed: 10,
    release: async (stage) => {
      await watchedByAlarm(stage);
      const meanwhile = onceSaid(watching, () => goesOff(stage.others));
      return { image: await stage.image("2.0.0", { startSeconds: 60 }), flags, meanwhile };
    },
    seen: {
      outcome: "rolled-back",
      exitCode: 1,
      cause: "alarm",
      why: /^alarm web-5xx went to ALARM: Threshold Crossed: 7 errors are more than 5/,
      fix: /alarm web-5xx/,
      evidence: { events: /deployment failed: alarm detected/ },
      now: /^now .*ecs-demo:2: 1 of 1 running\. ecs-demo:3 stays registered$/m,
      mutating,
    },
  },
  {
    name: "alarm in ALARM already",
    runtimes: ["simulated"],
    speed: 10,
    release: async (stage) => {
      await watchedByAlarm(stage);
      await goesOff(stage.others);
      return { image: await stage.image("2.0.0"), flags };
    },
    // As ECS does, so that a repair gets through.
    seen: { outcome: "deployed", exitCode: 0, mutating },
  },
];
