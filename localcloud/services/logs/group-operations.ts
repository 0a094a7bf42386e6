import type { CloudWatchLogs, LogGroup as LogGroupShape } from "@aws-sdk/client-cloudwatch-logs";
import type { Call, Operations } from "../../gateway/service.ts";
import { checkGroupName, groupArn } from "./arguments.ts";
import { constraint, invalidParameter, notLocally } from "./errors.ts";
import { page } from "./paging.ts";
import type { LogGroup, LogStore } from "./store.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function groupOperations(store: LogStore): Operations<CloudWatchLogs> {
  return {
    CreateLogGroup(input) {
      if (input.kmsKeyId !== undefined) throw notLocally("kmsKeyId", "encrypt log groups");
      if (Object.keys(input.tags ?? {}).length > 0) throw notLocally("tags", "keep tags of log groups");
      if ((input.logGroupClass ?? "STANDARD") !== "STANDARD")
        throw notLocally("logGroupClass", `have the class ${input.logGroupClass}`);
      if (input.deletionProtectionEnabled === true)
        throw notLocally("deletionProtectionEnabled", "protect log groups from deletion");
      store.createGroup(input.logGroupName ?? "");
      return {};
    },

    DeleteLogGroup({ logGroupName = "" }) {
      checkGroupName(logGroupName);
      store.deleteGroup(logGroupName);
      return {};
    },

    DescribeLogGroups(input, call) {
      const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupClass = "STANDARD" } = input;
      if (prefix !== undefined && pattern !== undefined)
        throw invalidParameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
      if (input.includeLinkedAccounts === true || (input.accountIdentifiers?.length ?? 0) > 0)
        throw notLocally("accountIdentifiers", "have linked accounts");
      if (input.logGroupIdentifiers !== undefined) throw notLocally("logGroupIdentifiers", "find groups by them");
      // Every group here is of this class.
      const groups = logGroupClass === "STANDARD" ? store.groups() : [];
      const found = groups.filter(({ name }) => name.startsWith(prefix ?? "") && name.includes(pattern ?? ""));
      const { items, ...next } = page(found, ({ name }) => name, input);
      return { logGroups: items.map((group) => groupShape(store.group(group.name), call)), ...next };
    },

    PutRetentionPolicy({ logGroupName = "", retentionInDays = 0 }) {
      checkGroupName(logGroupName);
      if (!retentionDays.includes(retentionInDays))
        throw constraint(retentionInDays, "retentionInDays", `satisfy enum value set: [${retentionDays.join(", ")}]`);
      store.group(logGroupName).retentionInDays = retentionInDays;
      return {};
    },

    DeleteRetentionPolicy({ logGroupName = "" }) {
      checkGroupName(logGroupName);
      store.group(logGroupName).retentionInDays = undefined;
      return {};
    },
  };
}

function groupShape(group: LogGroup, call: Call): LogGroupShape {
  const arn = groupArn(group.name, call);
  return {
    logGroupName: group.name,
    creationTime: group.creationTime,
    ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: [...group.streams.values()].reduce((sum, stream) => sum + stream.bytes, 0),
    logGroupClass: "STANDARD",
  };
}
