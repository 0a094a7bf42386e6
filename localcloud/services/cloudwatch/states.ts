import type { StateValue } from "@aws-sdk/client-cloudwatch";

export const STATES: readonly StateValue[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];
