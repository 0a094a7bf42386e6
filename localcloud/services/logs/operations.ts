import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { Operations, Service } from "../../gateway/service.ts";
import { groupOperations } from "./group-operations.ts";
import { putOperations } from "./put-operations.ts";
import { readOperations } from "./read-operations.ts";
import type { LogStore } from "./store.ts";
import { streamOperations } from "./stream-operations.ts";

/** Amazon CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference */
export function logsService(store: LogStore): Service {
  const operations: Operations<CloudWatchLogs> = {
    ...groupOperations(store),
    ...streamOperations(store),
    ...putOperations(store),
    ...readOperations(store),
  };
  return { signingName: "logs", protocol: "awsJson1_1", schemas: () => import("./schemas.ts"), operations };
}
