import type { CloudWatchLogs, InputLogEvent, RejectedLogEventsInfo } from "@aws-sdk/client-cloudwatch-logs";
import type { Operations } from "../../gateway/service.ts";
import { checkGroupName, checkStreamName, checkTime } from "./arguments.ts";
import { constraint, invalidParameter, notLocally } from "./errors.ts";
import { eventId, eventOverheadBytes } from "./log-stream.ts";
import type { LogStore } from "./store.ts";

const maximumBatchEvents = 10_000;
const maximumBatchBytes = 1_048_576;
const hourMs = 60 * 60 * 1000;
const maximumSpanMs = 24 * hourMs;
const maximumFutureMs = 2 * hourMs;
const maximumAgeMs = 14 * 24 * hourMs;

interface Event {
  readonly timestamp: number;
  readonly message: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export function putOperations(store: LogStore): Operations<CloudWatchLogs> {
  return {
    PutLogEvents({ logGroupName = "", logStreamName = "", logEvents = [], entity }) {
      checkGroupName(logGroupName);
      checkStreamName(logStreamName);
      if (entity !== undefined) throw notLocally("entity", "keep the entities of log events");
      const events = checkedBatch(logEvents);
      store.stream(logGroupName, logStreamName);
      const times = rejectionTimes(store, logGroupName);
      const rejected = rejections(events, times);
      for (const { timestamp, message } of events)
        if (timestamp >= times.kept && timestamp <= times.newest)
          store.put(logGroupName, logStreamName, timestamp, message);
      return {
        // Deprecated and ignored by AWS, but still answered.
        nextSequenceToken: eventId(store.clock.now()),
        ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
      };
    },
  };
}

function checkedBatch(logEvents: readonly InputLogEvent[]): Event[] {
  if (logEvents.length < 1) throw constraint("[]", "logEvents", "have length greater than or equal to 1");
  if (logEvents.length > maximumBatchEvents)
    throw constraint("[...]", "logEvents", `have length less than or equal to ${maximumBatchEvents}`);
  const events = logEvents.map(({ timestamp = 0, message = "" }) => ({ timestamp, message }));
  for (const [index, { timestamp, message }] of events.entries()) {
    checkTime(timestamp, `logEvents.${index + 1}.member.timestamp`);
    if (message === "")
      throw constraint("", `logEvents.${index + 1}.member.message`, "have length greater than or equal to 1");
  }
  checkOrder(events);
  checkSize(events);
  return events;
}

function checkOrder(events: readonly Event[]): void {
  const times = events.map(({ timestamp }) => timestamp);
  if (times.some((time, index) => time < (times[index - 1] ?? 0)))
    throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
  if ((times.at(-1) ?? 0) - (times.at(0) ?? 0) > maximumSpanMs)
    throw invalidParameter("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
}

function checkSize(events: readonly Event[]): void {
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + eventOverheadBytes, 0);
  if (bytes > maximumBatchBytes)
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${maximumBatchBytes}`);
}

interface Times {
  /** Events before it are too old for CloudWatch Logs. */
  readonly oldest: number;
  /** Events before it are too old, or the group's retention has ended for them. */
  readonly kept: number;
  /** Events after it are too new. */
  readonly newest: number;
}

function rejectionTimes(store: LogStore, groupName: string): Times {
  const now = store.clock.now();
  const oldest = now - maximumAgeMs;
  const keptSince = store.keptSince(store.group(groupName)) ?? oldest;
  return { oldest, kept: Math.max(oldest, keptSince), newest: now + maximumFutureMs };
}

/** What was not taken, as indexes into the batch: the first that is too new, and the ends of the too old ones. */
function rejections(events: readonly Event[], { oldest, kept, newest }: Times): RejectedLogEventsInfo {
  const before = (time: number) => events.filter(({ timestamp }) => timestamp < time).length;
  const tooNew = events.findIndex(({ timestamp }) => timestamp > newest);
  const [tooOld, expired] = [before(oldest), before(kept)];
  return {
    ...(tooNew !== -1 && { tooNewLogEventStartIndex: tooNew }),
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > tooOld && { expiredLogEventEndIndex: expired }),
  };
}
