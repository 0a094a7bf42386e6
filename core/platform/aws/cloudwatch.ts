import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { type ClientSettings, caller, sdkConfig } from "./settings.ts";

export type CloudWatchApi = ReturnType<typeof cloudWatchApi>;

export function cloudWatchApi(settings: ClientSettings) {
  const call = caller("cloudwatch", new CloudWatchClient(sdkConfig(settings)), settings);
  return { describeAlarms: call(DescribeAlarmsCommand) };
}
