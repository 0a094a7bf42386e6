import type { CloudWatch, PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../clock.ts";
import { account, call } from "../../gateway/call.fixture.ts";
import type { Operations } from "../../gateway/service.ts";
import { AlarmStore } from "./alarm-store.ts";
import { cloudWatchService } from "./operations.ts";

const ERRORS: PutMetricAlarmInput = {
  AlarmName: "errors",
  Namespace: "AWS/ApplicationELB",
  MetricName: "HTTPCode_Target_5XX_Count",
  Statistic: "Sum",
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 5,
  ComparisonOperator: "GreaterThanThreshold",
};
let clock: ManualClock;
let store: AlarmStore;
let operations: Operations<CloudWatch>;

beforeEach(() => {
  clock = new ManualClock();
  store = new AlarmStore(clock, account);
  operations = cloudWatchService(store).operations as Operations<CloudWatch>;
});

async function put(changes: Partial<PutMetricAlarmInput> = {}) {
  return operations.PutMetricAlarm?.({ ...ERRORS, ...changes }, call);
}

async function describeAlarms(input: Parameters<NonNullable<Operations<CloudWatch>["DescribeAlarms"]>>[0] = {}) {
  return (await operations.DescribeAlarms?.(input, call)) ?? {};
}

async function names(input: Parameters<typeof describeAlarms>[0] = {}) {
  return (await describeAlarms(input)).MetricAlarms?.map(({ AlarmName }) => AlarmName);
}

async function setState(AlarmName: string, StateValue: "OK" | "ALARM", StateReasonData?: string) {
  const data = StateReasonData === undefined ? {} : { StateReasonData };
  return operations.SetAlarmState?.({ AlarmName, StateValue, StateReason: "a test", ...data }, call);
}

describe("PutMetricAlarm", () => {
  it("makes an alarm with INSUFFICIENT_DATA and AWS's defaults", async () => {
    await put();
    const now = new Date(clock.now());
    expect((await describeAlarms()).MetricAlarms).toEqual([
      {
        ...ERRORS,
        AlarmArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors",
        ActionsEnabled: true,
        OKActions: [],
        AlarmActions: [],
        InsufficientDataActions: [],
        Dimensions: [],
        StateValue: "INSUFFICIENT_DATA",
        StateReason: "Unchecked: Initial alarm creation",
        StateReasonData: undefined,
        StateUpdatedTimestamp: now,
        StateTransitionedTimestamp: now,
        AlarmConfigurationUpdatedTimestamp: now,
      },
    ]);
  });

  it("keeps the state of an alarm that exists, and none of its settings", async () => {
    await put({ AlarmDescription: "first" });
    await setState("errors", "ALARM");
    await put({ Threshold: 7 });
    const [alarm] = (await describeAlarms()).MetricAlarms ?? [];
    expect(alarm).toMatchObject({ StateValue: "ALARM", StateReason: "a test", Threshold: 7 });
    expect(alarm).not.toHaveProperty("AlarmDescription");
  });

  it.each<[string, Partial<PutMetricAlarmInput>]>([
    ["Value null at 'period'", { Period: undefined }],
    ["Value null at 'threshold'", { Threshold: undefined }],
    ["Value null at 'metricName'", { MetricName: undefined }],
    ["Exactly one of Statistic", { ExtendedStatistic: "p99" }],
    ["Period must be", { Period: 45 }],
    ["at 'period'", { Period: 0 }],
    ["EvaluationPeriods * Period must be <= 86400", { EvaluationPeriods: 1_441 }],
    ["DatapointsToAlarm must be", { DatapointsToAlarm: 3 }],
    ["at 'treatMissingData'", { TreatMissingData: "breeching" }],
    ["at 'alarmName'", { AlarmName: "a".repeat(256) }],
  ])("refuses what AWS refuses: %s", async (message, changes) => {
    await expect(put(changes)).rejects.toMatchObject({
      code: "ValidationException",
      message: expect.stringContaining(message),
    });
    expect(await names()).toEqual([]);
  });

  it("refuses by name what it would not act on, and keeps actions that are switched off", async () => {
    await expect(put({ Tags: [{ Key: "a", Value: "b" }] })).rejects.toMatchObject({ code: "NotImplemented" });
    await expect(put({ AlarmActions: ["arn:aws:sns:us-east-1:000000000000:t"] })).rejects.toMatchObject({
      code: "NotImplemented",
    });
    await put({ AlarmActions: ["arn:aws:sns:us-east-1:000000000000:t"], ActionsEnabled: false });
    expect(await names({ ActionPrefix: "arn:aws:sns" })).toEqual(["errors"]);
  });
});

describe("DescribeAlarms", () => {
  beforeEach(async () => {
    for (const AlarmName of ["web-c", "api-a", "web-b", "web-a"]) await put({ AlarmName });
    await setState("web-b", "ALARM");
  });

  it("finds by names, prefix and state, sorted by name", async () => {
    expect(await names()).toEqual(["api-a", "web-a", "web-b", "web-c"]);
    expect(await names({ AlarmNames: ["web-c", "gone", "api-a"] })).toEqual(["api-a", "web-c"]);
    expect(await names({ AlarmNamePrefix: "web-" })).toEqual(["web-a", "web-b", "web-c"]);
    expect(await names({ StateValue: "ALARM" })).toEqual(["web-b"]);
    expect(await names({ AlarmTypes: ["CompositeAlarm"] })).toEqual([]);
  });

  it("pages, over alarms that go meanwhile as well", async () => {
    const first = await describeAlarms({ MaxRecords: 2 });
    expect(first.MetricAlarms).toHaveLength(2);
    await operations.DeleteAlarms?.({ AlarmNames: ["web-a"] }, call);
    const second = await describeAlarms({ MaxRecords: 2, NextToken: first.NextToken });
    expect(second.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(["web-b", "web-c"]);
    expect(second.NextToken).toBeUndefined();
  });

  it("refuses a token that is none, a page of 101, and names with a prefix", async () => {
    await expect(describeAlarms({ NextToken: "2" })).rejects.toMatchObject({ code: "InvalidNextToken" });
    await expect(describeAlarms({ MaxRecords: 101 })).rejects.toMatchObject({ code: "ValidationException" });
    await expect(describeAlarms({ AlarmNames: ["a"], AlarmNamePrefix: "a" })).rejects.toMatchObject({
      code: "ValidationException",
    });
  });
});

describe("SetAlarmState and DeleteAlarms", () => {
  it("tell who watches of a change, and only of a change", async () => {
    const told: string[] = [];
    await put();
    const end = store.onChange((name) => told.push(`${name} ${store.find(name)?.state}`));
    await setState("errors", "ALARM");
    await setState("errors", "ALARM");
    await setState("errors", "OK");
    await operations.DeleteAlarms?.({ AlarmNames: ["gone", "errors"] }, call);
    end();
    await put();
    expect(told).toEqual(["errors ALARM", "errors OK", "errors undefined"]);
  });

  it("keep the time of the transition apart from that of the update", async () => {
    await put();
    const made = new Date(clock.now());
    await clock.advance(1_000);
    await operations.SetAlarmState?.(
      { AlarmName: "errors", StateValue: "INSUFFICIENT_DATA", StateReason: "again" },
      call,
    );
    expect((await describeAlarms()).MetricAlarms).toMatchObject([
      { StateTransitionedTimestamp: made, StateUpdatedTimestamp: new Date(clock.now()), StateReason: "again" },
    ]);
  });

  it("refuse an alarm that is not there and data that is not JSON", async () => {
    await expect(setState("gone", "ALARM")).rejects.toMatchObject({ code: "ResourceNotFound" });
    await put();
    await expect(setState("errors", "ALARM", "{")).rejects.toMatchObject({ code: "InvalidFormatFault" });
    expect(store.find("errors")).toEqual({ state: "INSUFFICIENT_DATA", evaluationMs: 120_000 });
  });
});
