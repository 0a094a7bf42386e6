import type { DescribeAlarmsInput, DescribeAlarmsOutput, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../protocol/aws-error.ts";
import type { AlarmStore } from "./alarm-store.ts";
import { checkOneOf, constraint, invalid, notImplemented } from "./errors.ts";
import { STATES } from "./states.ts";

const MOST_NAMES = 100;
const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 100;
const TYPES = ["CompositeAlarm", "MetricAlarm"];

/**
 * The alarms that fit, by name, in pages of `MaxRecords`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 * @throws {AwsError} `ValidationException`, `InvalidNextToken`
 */
export function describeAlarms(store: AlarmStore, input: DescribeAlarmsInput): DescribeAlarmsOutput {
  check(input);
  const isAskedFor = input.AlarmTypes === undefined || input.AlarmTypes.includes("MetricAlarm");
  const alarms = isAskedFor ? store.all().filter((alarm) => fits(alarm, input)) : [];
  // The token is the name that the page before ended with, so alarms that come and go are neither skipped nor repeated.
  const after = input.NextToken === undefined ? undefined : nameIn(input.NextToken);
  const rest = alarms.filter(({ AlarmName = "" }) => after === undefined || AlarmName > after);
  const MetricAlarms = rest.slice(0, input.MaxRecords ?? DEFAULT_PAGE);
  const last = MetricAlarms.at(-1)?.AlarmName;
  return {
    MetricAlarms,
    CompositeAlarms: [],
    ...(last !== undefined && rest.length > MetricAlarms.length ? { NextToken: tokenFor(last) } : {}),
  };
}

function check({
  AlarmNames = [],
  AlarmNamePrefix,
  AlarmTypes = [],
  StateValue,
  MaxRecords,
  ...rest
}: DescribeAlarmsInput) {
  if (rest.ChildrenOfAlarmName !== undefined || rest.ParentsOfAlarmName !== undefined)
    throw notImplemented("composite alarms");
  if (AlarmNames.length > 0 && AlarmNamePrefix !== undefined)
    throw invalid("AlarmNames and AlarmNamePrefix can not both be specified.");
  if (AlarmNames.length > MOST_NAMES)
    throw constraint(`[${AlarmNames.length} names]`, "alarmNames", `have length less than or equal to ${MOST_NAMES}`);
  if (MaxRecords !== undefined && MaxRecords < 1)
    throw constraint(MaxRecords, "maxRecords", "have value greater than or equal to 1");
  if (MaxRecords !== undefined && MaxRecords > LARGEST_PAGE)
    throw constraint(MaxRecords, "maxRecords", `have value less than or equal to ${LARGEST_PAGE}`);
  checkOneOf(StateValue, "stateValue", STATES);
  for (const type of AlarmTypes) checkOneOf(type, "alarmTypes", TYPES);
}

function fits(
  alarm: MetricAlarm,
  { AlarmNames = [], AlarmNamePrefix = "", StateValue, ActionPrefix }: DescribeAlarmsInput,
) {
  const { AlarmName = "", OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = alarm;
  const actions = [...OKActions, ...AlarmActions, ...InsufficientDataActions];
  return (
    (AlarmNames.length === 0 || AlarmNames.includes(AlarmName)) &&
    AlarmName.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || alarm.StateValue === StateValue) &&
    (ActionPrefix === undefined || actions.some((action) => action.startsWith(ActionPrefix)))
  );
}

function tokenFor(name: string): string {
  return Buffer.from(`after:${name}`).toString("base64url");
}

function nameIn(token: string): string {
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (!text.startsWith("after:")) throw new AwsError("InvalidNextToken", "The next token specified is invalid.");
  return text.slice("after:".length);
}
