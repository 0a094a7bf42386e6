import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { type ClientSettings, caller, sdkConfig } from "./settings.ts";

export type LogsApi = ReturnType<typeof logsApi>;

export function logsApi(settings: ClientSettings) {
  const call = caller("logs", new CloudWatchLogsClient(sdkConfig(settings)), settings);
  return { getLogEvents: call(GetLogEventsCommand) };
}
