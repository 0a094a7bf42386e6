/**
 * Reading one stream forwards and backwards. A token is a position between two events, so that it can be used again
 * when events have come since: `f/POSITION/s` goes on with what follows, `b/POSITION/s` with what comes before. At
 * either end of the stream the answer's token is the one that was asked with; that is how a reader knows.
 */
import { eventId, type LogEvent } from "./log-stream.ts";
import { invalidToken } from "./paging.ts";

export interface Reading {
  /** Milliseconds since the epoch, `from` included, `to` not. */
  readonly window: { readonly from: number; readonly to: number };
  readonly nextToken: string | undefined;
  readonly startFromHead: boolean;
  readonly limit: number;
  /** Of all messages together; the first event is answered however long it is. */
  readonly bytes: number;
}

export interface ReadPage {
  readonly events: readonly LogEvent[];
  readonly nextForwardToken: string;
  readonly nextBackwardToken: string;
}

type Direction = "f" | "b";

/** @param events sorted by id. @throws {AwsError} `InvalidParameterException` for a token that is none. */
export function readStream(events: readonly LogEvent[], reading: Reading): ReadPage {
  const { window, nextToken, startFromHead } = reading;
  const asked = nextToken === undefined ? undefined : parseToken(nextToken);
  const direction: Direction = asked?.direction ?? (startFromHead ? "f" : "b");
  const wanted = events.filter(
    ({ id, timestamp }) => timestamp >= window.from && timestamp < window.to && isBeyond(id, asked),
  );
  const taken = direction === "f" ? fitting(wanted, reading) : fitting(wanted.toReversed(), reading).reverse();
  // Without events, and without a token: whatever comes from now on is ahead.
  const here = asked ?? { direction: "f", position: events.at(-1)?.id ?? eventId(0) };
  return {
    events: taken,
    nextForwardToken: token(
      "f",
      taken.at(-1)?.id ?? (here.direction === "f" ? here.position : shifted(here.position, -1n)),
    ),
    nextBackwardToken: token(
      "b",
      taken.at(0)?.id ?? (here.direction === "b" ? here.position : shifted(here.position, 1n)),
    ),
  };
}

interface Position {
  readonly direction: Direction;
  readonly position: string;
}

function isBeyond(id: string, asked: Position | undefined): boolean {
  if (asked === undefined) return true;
  return asked.direction === "f" ? id > asked.position : id < asked.position;
}

function fitting(events: readonly LogEvent[], { limit, bytes }: Reading): LogEvent[] {
  const taken: LogEvent[] = [];
  let sum = 0;
  for (const event of events) {
    sum += Buffer.byteLength(event.message);
    if (taken.length >= limit || (taken.length > 0 && sum > bytes)) break;
    taken.push(event);
  }
  return taken;
}

function token(direction: Direction, position: string): string {
  return `${direction}/${position}/s`;
}

function parseToken(text: string): Position {
  const [, direction, position] = /^([fb])\/(\d{56})\/s$/.exec(text) ?? [];
  if (direction === undefined || position === undefined) throw invalidToken();
  return { direction: direction === "f" ? "f" : "b", position };
}

/** Positions count events, so the one next to it is on the other side of the same event. */
function shifted(position: string, by: bigint): string {
  const next = BigInt(position) + by;
  return (next < 0n ? 0n : next).toString().padStart(position.length, "0");
}
