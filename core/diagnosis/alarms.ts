import type { Service } from "@aws-sdk/client-ecs";
import type { CloudWatchApi } from "../platform/aws/cloudwatch.ts";
import { optional } from "../platform/aws/failures.ts";

/** An alarm that the deployment failed by. */
export interface TriggeredAlarm {
  readonly name: string;
  /** Why it is in ALARM, in CloudWatch's words. */
  readonly reason: string;
}

/**
 * The service's deployment alarms that are in ALARM, or were since the deployment began; asked for only where Amazon
 * ECS says that an alarm failed it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 * @param reason why the deployment failed, in ECS's words
 */
export async function triggeredAlarms(
  cloudwatch: Pick<CloudWatchApi, "describeAlarms">,
  { service, since, reason }: { readonly service: Service; readonly since: Date; readonly reason: string },
  { signal, note }: { readonly signal: AbortSignal; readonly note: (line: string) => void },
): Promise<readonly TriggeredAlarm[]> {
  const AlarmNames = service.deploymentConfiguration?.alarms?.alarmNames ?? [];
  if (AlarmNames.length === 0 || !/\balarm/i.test(reason)) return [];
  const call = cloudwatch.describeAlarms({ AlarmNames: [...AlarmNames] }, { signal });
  const answer = await optional("cloudwatch:DescribeAlarms", call, note);
  const alarms = answer?.MetricAlarms ?? [];
  const now = alarms.filter(({ StateValue }) => StateValue === "ALARM");
  const meanwhile = alarms.filter(({ StateUpdatedTimestamp: at }) => at !== undefined && at >= since);
  return (now.length > 0 ? now : meanwhile).map(({ AlarmName = "", StateReason = "" }) => ({
    name: AlarmName,
    reason: StateReason,
  }));
}
