import type { StateValue } from "@aws-sdk/client-cloudwatch";

/** An alarm, as far as whoever watches it needs to know it. */
export interface WatchedAlarm {
  readonly state: StateValue;
  /** How long the alarm takes to judge what has just begun: its periods in milliseconds. */
  readonly evaluationMs: number;
}

/**
 * What Amazon ECS asks of CloudWatch: the states of alarms, by name.
 * ECS calls it in process, as AWS's own services call each other behind the API.
 */
export interface AlarmSource {
  find(alarmName: string): WatchedAlarm | undefined;
  /** Calls back whenever an alarm's state changes. The returned function ends it. */
  onChange(listener: (alarmName: string) => void): () => void;
}
