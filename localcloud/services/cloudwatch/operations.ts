/** Amazon CloudWatch's alarms. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference */
import type { CloudWatch } from "@aws-sdk/client-cloudwatch";
import type { Operations, Service } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { alarmSettings } from "./alarm-settings.ts";
import type { AlarmStore } from "./alarm-store.ts";
import { describeAlarms } from "./describe-alarms.ts";
import { checkLength, constraint } from "./errors.ts";
import { STATES } from "./states.ts";

const MOST_DELETED = 100;

export function cloudWatchService(store: AlarmStore): Service {
  const operations: Operations<CloudWatch> = {
    PutMetricAlarm(input) {
      store.put(alarmSettings(input));
      return {};
    },

    DescribeAlarms: (input) => describeAlarms(store, input),

    SetAlarmState(input) {
      const state = STATES.find((candidate) => candidate === input.StateValue);
      if (state === undefined)
        throw constraint(input.StateValue, "stateValue", `satisfy enum value set: [${STATES.join(", ")}]`);
      checkLength(input.StateReason, "stateReason", 0, 1023);
      checkLength(input.StateReasonData, "stateReasonData", 0, 4000);
      if (input.StateReasonData !== undefined) checkJson(input.StateReasonData);
      store.setState(input, state);
      return {};
    },

    /** Names that no alarm has are passed over; AWS deletes the others all the same. */
    DeleteAlarms({ AlarmNames = [] }) {
      if (AlarmNames.length > MOST_DELETED)
        throw constraint(
          `[${AlarmNames.length} names]`,
          "alarmNames",
          `have length less than or equal to ${MOST_DELETED}`,
        );
      for (const name of AlarmNames) store.delete(name);
      return {};
    },
  };
  return { signingName: "monitoring", protocol: "awsJson1_0", schemas: () => import("./schemas.ts"), operations };
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError("InvalidFormatFault", "StateReasonData must be valid JSON.");
  }
}
