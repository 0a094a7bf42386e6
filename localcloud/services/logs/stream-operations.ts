import type { CloudWatchLogs, LogStream as LogStreamShape } from "@aws-sdk/client-cloudwatch-logs";
import type { Operations } from "../../gateway/service.ts";
import { checkGroupName, groupArn, requestedGroup } from "./arguments.ts";
import { constraint, invalidParameter } from "./errors.ts";
import { eventId, type LogStream } from "./log-stream.ts";
import { page } from "./paging.ts";
import type { LogStore } from "./store.ts";

const orders = ["LogStreamName", "LastEventTime"];

export function streamOperations(store: LogStore): Operations<CloudWatchLogs> {
  return {
    CreateLogStream({ logGroupName = "", logStreamName = "" }) {
      checkGroupName(logGroupName);
      store.createStream(logGroupName, logStreamName);
      return {};
    },

    DescribeLogStreams(input, call) {
      const { orderBy = "LogStreamName", logStreamNamePrefix: prefix, descending } = input;
      const groupName = requestedGroup(input, call);
      if (!orders.includes(orderBy))
        throw constraint(orderBy, "orderBy", `satisfy enum value set: [${orders.join(", ")}]`);
      if (orderBy === "LastEventTime" && prefix !== undefined)
        throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
      const { streams } = store.group(groupName);
      const found = [...streams.values()].filter(({ name }) => name.startsWith(prefix ?? ""));
      const key = orderBy === "LogStreamName" ? ({ name }: LogStream) => name : byLastEvent;
      const { items, ...next } = page(found, key, input, descending);
      const arn = groupArn(groupName, call);
      return { logStreams: items.map((stream) => streamShape(stream, arn)), ...next };
    },
  };
}

/** Streams without events come before all others, then the name decides. */
function byLastEvent(stream: LogStream): string {
  return `${eventId(stream.events.at(-1)?.timestamp ?? 0)} ${stream.name}`;
}

function streamShape(stream: LogStream, arn: string): LogStreamShape {
  const [first, last] = [stream.events.at(0), stream.events.at(-1)];
  return {
    logStreamName: stream.name,
    creationTime: stream.creationTime,
    ...(first !== undefined && { firstEventTimestamp: first.timestamp }),
    ...(last !== undefined && { lastEventTimestamp: last.timestamp }),
    ...(stream.lastIngestionTime !== undefined && { lastIngestionTime: stream.lastIngestionTime }),
    arn: `${arn}:log-stream:${stream.name}`,
    // AWS has answered zero for every stream since 2019.
    storedBytes: 0,
  };
}
