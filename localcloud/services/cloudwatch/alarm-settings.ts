/** PutMetricAlarm's input, checked. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
import type { PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { checkLength, checkOneOf, constraint, invalid, notImplemented } from "./errors.ts";

const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
const EXTENDED_STATISTIC = /^(p(\d{1,2}(\.\d+)?|100)|(tm|wm|tc|ts)\d{1,2}(\.\d+)?|IQM|(TM|WM|PR|TC|TS)\([\d.%:]+\))$/;
const STATIC_OPERATORS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
];
const BAND_OPERATORS = [
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];
const MISSING_DATA = ["breaching", "notBreaching", "ignore", "missing"];
const SUB_MINUTE_PERIODS = [10, 20, 30];
const DAY_SECONDS = 86_400;
const MOST_ACTIONS = 5;
const MOST_DIMENSIONS = 30;

/** Alarms on anything but one metric and one number, and what AWS would do with them. */
const UNSUPPORTED = [
  "Metrics",
  "ThresholdMetricId",
  "EvaluationWindow",
  "WarmUpConfiguration",
  "EvaluationCriteria",
  "EvaluationInterval",
  "ActionConfiguration",
  "Tags",
] as const satisfies readonly (keyof PutMetricAlarmInput)[];

/** An alarm on one metric, complete and checked. */
export interface AlarmSettings
  extends Omit<PutMetricAlarmInput, (typeof UNSUPPORTED)[number] | "Period" | "EvaluationPeriods"> {
  readonly AlarmName: string;
  /** Seconds. */
  readonly Period: number;
  readonly EvaluationPeriods: number;
}

/** @throws {AwsError} `ValidationException`; `NotImplemented` for alarms that the local cloud does not keep. */
export function alarmSettings(input: PutMetricAlarmInput): AlarmSettings {
  const unsupported = UNSUPPORTED.find((member) => isGiven(input[member]));
  if (unsupported !== undefined) throw notImplemented(`'${unsupported}' of cloudwatch:PutMetricAlarm`);
  const AlarmName = input.AlarmName ?? "";
  checkLength(AlarmName, "alarmName", 1, 255);
  checkLength(input.AlarmDescription, "alarmDescription", 0, 1024);
  checkMetric(input);
  checkThreshold(input);
  checkActions(input);
  return { ...input, AlarmName, ...evaluation(input) };
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

function checkMetric(input: PutMetricAlarmInput): void {
  required(input.MetricName, "metricName");
  required(input.Namespace, "namespace");
  checkLength(input.MetricName, "metricName", 1, 255);
  checkLength(input.Namespace, "namespace", 1, 255);
  checkOneOf(input.Statistic, "statistic", STATISTICS);
  if ((input.Statistic === undefined) === (input.ExtendedStatistic === undefined))
    throw invalid("Exactly one of Statistic and ExtendedStatistic must be specified.");
  if (input.ExtendedStatistic !== undefined && !EXTENDED_STATISTIC.test(input.ExtendedStatistic))
    throw invalid(`The value ${input.ExtendedStatistic} for parameter ExtendedStatistic is not supported.`);
  if ((input.Dimensions?.length ?? 0) > MOST_DIMENSIONS)
    throw constraint(input.Dimensions?.length, "dimensions", `have length less than or equal to ${MOST_DIMENSIONS}`);
}

function checkThreshold(input: PutMetricAlarmInput): void {
  if (BAND_OPERATORS.includes(required(input.ComparisonOperator, "comparisonOperator")))
    throw notImplemented(`'ComparisonOperator ${input.ComparisonOperator}' of cloudwatch:PutMetricAlarm`);
  checkOneOf(input.ComparisonOperator, "comparisonOperator", STATIC_OPERATORS);
  required(input.Threshold, "threshold");
  checkOneOf(input.TreatMissingData, "treatMissingData", MISSING_DATA);
  checkOneOf(input.EvaluateLowSampleCountPercentile, "evaluateLowSampleCountPercentile", ["evaluate", "ignore"]);
}

function evaluation(input: PutMetricAlarmInput): { Period: number; EvaluationPeriods: number } {
  const Period = required(input.Period, "period");
  const EvaluationPeriods = required(input.EvaluationPeriods, "evaluationPeriods");
  atLeastOne(EvaluationPeriods, "evaluationPeriods");
  atLeastOne(Period, "period");
  if (Period % 60 !== 0 && !SUB_MINUTE_PERIODS.includes(Period))
    throw invalid("Period must be 10, 20, 30 or a multiple of 60");
  const longest = Period >= 3_600 ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (Period * EvaluationPeriods > longest)
    throw invalid(
      `Metrics cannot be checked across more than ${longest / DAY_SECONDS} day(s) (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  if (input.DatapointsToAlarm !== undefined) {
    atLeastOne(input.DatapointsToAlarm, "datapointsToAlarm");
    if (input.DatapointsToAlarm > EvaluationPeriods)
      throw invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
  }
  return { Period, EvaluationPeriods };
}

/** Nothing here carries an action out, so only those that AWS would not carry out either are kept. */
function checkActions({ ActionsEnabled, OKActions, AlarmActions, InsufficientDataActions }: PutMetricAlarmInput): void {
  for (const actions of [OKActions, AlarmActions, InsufficientDataActions]) {
    if (actions === undefined || actions.length === 0) continue;
    if (ActionsEnabled !== false) throw notImplemented("alarm actions (ActionsEnabled false keeps them unused)");
    if (actions.length > MOST_ACTIONS)
      throw constraint(actions.length, "actions", `have length less than or equal to ${MOST_ACTIONS}`);
  }
}

function atLeastOne(value: number, member: string): void {
  if (value < 1) throw constraint(value, member, "have value greater than or equal to 1");
}

function required<Value>(value: Value | undefined, member: string): Value {
  if (value === undefined) throw constraint(value, member, "not be null");
  return value;
}
