/** The alarms of an account and region, in memory. */
import type { MetricAlarm, SetAlarmStateInput, StateValue } from "@aws-sdk/client-cloudwatch";
import type { Clock } from "../../clock.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { AlarmSettings } from "./alarm-settings.ts";
import type { AlarmSource, WatchedAlarm } from "./alarm-source.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const MOST_ALARMS = 5_000;

interface Alarm {
  settings: AlarmSettings;
  readonly shape: MetricAlarm & { StateValue: StateValue };
}

export class AlarmStore implements AlarmSource {
  readonly #alarms = new Map<string, Alarm>();
  readonly #listeners = new Set<(alarmName: string) => void>();
  readonly #clock: Clock;
  readonly #account: { readonly accountId: string; readonly region: string };

  constructor(clock: Clock, account: { readonly accountId: string; readonly region: string }) {
    this.#clock = clock;
    this.#account = account;
  }

  /**
   * A new alarm has INSUFFICIENT_DATA; one that exists keeps its state and gets all settings anew.
   * @throws {AwsError} `LimitExceededFault`
   */
  put(settings: AlarmSettings): void {
    const existing = this.#alarms.get(settings.AlarmName);
    if (existing === undefined && this.#alarms.size >= MOST_ALARMS)
      throw new AwsError("LimitExceededFault", `The maximum limit of ${MOST_ALARMS} alarms has been reached.`);
    const now = new Date(this.#clock.now());
    const state = existing?.shape ?? initialState(now);
    const { StateValue, StateReason, StateReasonData, StateUpdatedTimestamp, StateTransitionedTimestamp } = state;
    const { accountId, region } = this.#account;
    this.#alarms.set(settings.AlarmName, {
      settings,
      shape: {
        ActionsEnabled: true,
        OKActions: [],
        AlarmActions: [],
        InsufficientDataActions: [],
        Dimensions: [],
        ...settings,
        AlarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${settings.AlarmName}`,
        AlarmConfigurationUpdatedTimestamp: now,
        StateValue,
        StateReason,
        StateReasonData,
        StateUpdatedTimestamp,
        StateTransitionedTimestamp,
      },
    });
    if (existing === undefined) this.#changed(settings.AlarmName);
  }

  /** @throws {AwsError} `ResourceNotFound` */
  setState({ AlarmName = "", StateReason, StateReasonData }: SetAlarmStateInput, StateValue: StateValue): void {
    const alarm = this.#alarms.get(AlarmName);
    if (alarm === undefined) throw new AwsError("ResourceNotFound", `The alarm ${AlarmName} does not exist.`);
    const now = new Date(this.#clock.now());
    const isTransition = alarm.shape.StateValue !== StateValue;
    Object.assign(alarm.shape, { StateValue, StateReason, StateReasonData, StateUpdatedTimestamp: now });
    if (!isTransition) return;
    alarm.shape.StateTransitionedTimestamp = now;
    this.#changed(AlarmName);
  }

  delete(alarmName: string): void {
    if (this.#alarms.delete(alarmName)) this.#changed(alarmName);
  }

  /** By name. */
  all(): MetricAlarm[] {
    return [...this.#alarms.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, { shape }]) => shape);
  }

  find(alarmName: string): WatchedAlarm | undefined {
    const alarm = this.#alarms.get(alarmName);
    if (alarm === undefined) return undefined;
    const { Period, EvaluationPeriods } = alarm.settings;
    return { state: alarm.shape.StateValue, evaluationMs: Period * EvaluationPeriods * 1000 };
  }

  onChange(listener: (alarmName: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(alarmName: string): void {
    for (const listener of this.#listeners) listener(alarmName);
  }
}

function initialState(now: Date): Alarm["shape"] {
  return {
    StateValue: "INSUFFICIENT_DATA",
    StateReason: "Unchecked: Initial alarm creation",
    StateUpdatedTimestamp: now,
    StateTransitionedTimestamp: now,
  };
}
