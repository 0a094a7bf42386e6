import type { CloudWatchLogs, FilterLogEventsRequest } from "@aws-sdk/client-cloudwatch-logs";
import type { Operations } from "../../gateway/service.ts";
import { checkedLimit, checkStreamName, checkTime, requestedGroup } from "./arguments.ts";
import { invalidParameter, notLocally, streamNotFound } from "./errors.ts";
import { type Filter, filterPattern } from "./filter-pattern.ts";
import { eventId, type LogEvent, type LogStream } from "./log-stream.ts";
import { invalidToken } from "./paging.ts";
import type { LogGroup, LogStore } from "./store.ts";
import { readStream } from "./stream-reading.ts";

const maximumEvents = 10_000;
const maximumPageBytes = 1_048_576;
const maximumStreamNames = 100;

interface Found {
  readonly stream: LogStream;
  readonly event: LogEvent;
}

export function readOperations(store: LogStore): Operations<CloudWatchLogs> {
  return {
    /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
    GetLogEvents(input, call) {
      const groupName = requestedGroup(input, call);
      const { logStreamName = "", startTime, endTime, nextToken, startFromHead = false } = input;
      checkStreamName(logStreamName);
      checkTime(startTime, "startTime");
      checkTime(endTime, "endTime");
      const limit = checkedLimit(input.limit, maximumEvents);
      const { events } = store.stream(groupName, logStreamName);
      const window = { from: startTime ?? 0, to: endTime ?? Number.POSITIVE_INFINITY };
      const read = readStream(events, { window, nextToken, startFromHead, limit, bytes: maximumPageBytes });
      return {
        events: read.events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
        nextForwardToken: read.nextForwardToken,
        nextBackwardToken: read.nextBackwardToken,
      };
    },

    /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
    FilterLogEvents(input, call) {
      const groupName = requestedGroup(input, call);
      if (input.startFromHead === false) throw notLocally("startFromHead", "answer the latest log events first");
      checkTime(input.startTime, "startTime");
      checkTime(input.endTime, "endTime");
      const limit = checkedLimit(input.limit, maximumEvents);
      const after = input.nextToken === undefined ? "" : positionIn(input.nextToken);
      const matches = filterPattern(input.filterPattern);
      const found = findEvents(selectedStreams(store.group(groupName), input), input, after, matches);
      const taken = firstPage(found, limit);
      const last = taken.at(-1);
      return {
        events: taken.map(({ stream, event }) => ({
          logStreamName: stream.name,
          timestamp: event.timestamp,
          message: event.message,
          ingestionTime: event.ingestionTime,
          eventId: event.id,
        })),
        searchedLogStreams: [],
        ...(last !== undefined && found.length > taken.length && { nextToken: last.event.id }),
      };
    },
  };
}

function selectedStreams(
  { streams }: LogGroup,
  { logStreamNames, logStreamNamePrefix: prefix }: FilterLogEventsRequest,
): LogStream[] {
  if (logStreamNames === undefined) return [...streams.values()].filter(({ name }) => name.startsWith(prefix ?? ""));
  if (prefix !== undefined)
    throw invalidParameter("logStreamNamePrefix and logStreamNames are mutually exclusive parameters.");
  if (logStreamNames.length < 1 || logStreamNames.length > maximumStreamNames)
    throw invalidParameter(`logStreamNames must have between 1 and ${maximumStreamNames} members.`);
  return [...new Set(logStreamNames)].map((name) => {
    const stream = streams.get(name);
    if (stream === undefined) throw streamNotFound();
    return stream;
  });
}

/** By time, then by arrival, whatever the stream. Both ends of the time range are in it. */
function findEvents(
  streams: readonly LogStream[],
  { startTime = 0, endTime = Number.POSITIVE_INFINITY }: FilterLogEventsRequest,
  after: string,
  matches: Filter,
): Found[] {
  const inRange = ({ id, timestamp }: LogEvent) => id > after && timestamp >= startTime && timestamp <= endTime;
  return streams
    .flatMap((stream) => stream.events.filter(inRange).map((event) => ({ stream, event })))
    .filter(({ event }) => matches(event.message))
    .sort((one, other) => (one.event.id < other.event.id ? -1 : 1));
}

function firstPage(found: readonly Found[], limit: number): Found[] {
  let bytes = 0;
  const end = found.findIndex(({ event }, index) => {
    bytes += Buffer.byteLength(event.message);
    return index >= limit || (index > 0 && bytes > maximumPageBytes);
  });
  return found.slice(0, end === -1 ? found.length : end);
}

function positionIn(token: string): string {
  if (token.length !== eventId(0).length || !/^\d+$/.test(token)) throw invalidToken();
  return token;
}
