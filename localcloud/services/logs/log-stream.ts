/**
 * What one stream may keep in memory, its events counted as CloudWatch Logs bills them; the oldest go first.
 * AWS has no such bound. It is about 40,000 lines of 80 characters, more than anybody reads of one task.
 */
export const maximumStreamBytes = 4 * 1024 * 1024;

/** What CloudWatch Logs counts for an event besides its message. */
export const eventOverheadBytes = 26;

export interface LogEvent {
  /** Sorts by time, then by arrival; 56 digits, as CloudWatch's. */
  readonly id: string;
  /** Milliseconds since the epoch, as are all times here. */
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
}

const timestampDigits = 20;
const sequenceDigits = 36;

/** The id of the event with the number `sequence` at `timestamp`; without it, a position before all of that time. */
export function eventId(timestamp: number, sequence = 0): string {
  return String(timestamp).padStart(timestampDigits, "0") + String(sequence).padStart(sequenceDigits, "0");
}

export class LogStream {
  readonly name: string;
  readonly creationTime: number;
  readonly #events: LogEvent[] = [];
  #bytes = 0;
  #lastIngestionTime: number | undefined;

  constructor(name: string, creationTime: number) {
    this.name = name;
    this.creationTime = creationTime;
  }

  /** Sorted by id. */
  get events(): readonly LogEvent[] {
    return this.#events;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get lastIngestionTime(): number | undefined {
    return this.#lastIngestionTime;
  }

  /** Keeps an event, also one that is older than those before it. @returns by how many bytes the stream has grown. */
  add(event: LogEvent): number {
    const before = this.#bytes;
    this.#events.splice(firstAfter(this.#events, event.id), 0, event);
    this.#bytes += bytesOf(event);
    this.#lastIngestionTime = event.ingestionTime;
    // Some more than needed, so that not every event that comes must move all the others.
    if (this.#bytes > maximumStreamBytes) this.dropOldest(this.#bytes - maximumStreamBytes * 0.9);
    return this.#bytes - before;
  }

  /** @returns how many bytes are gone: `bytes` or a little more, or all that there were. */
  dropOldest(bytes: number): number {
    let count = 0;
    let gone = 0;
    for (const event of this.#events) {
      if (gone >= bytes) break;
      gone += bytesOf(event);
      count += 1;
    }
    return this.#drop(count);
  }

  /** Drops the events before `timestamp`. @returns how many bytes are gone. */
  expire(timestamp: number): number {
    return this.#drop(firstAfter(this.#events, eventId(timestamp)));
  }

  #drop(count: number): number {
    const gone = this.#events.splice(0, count).reduce((sum, event) => sum + bytesOf(event), 0);
    this.#bytes -= gone;
    return gone;
  }
}

/** The index of the first event whose id is greater; nearly always the end, so it is looked for from there. */
function firstAfter(events: readonly LogEvent[], id: string): number {
  if ((events.at(-1)?.id ?? "") <= id) return events.length;
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.id ?? "") > id) high = middle;
    else low = middle + 1;
  }
  return low;
}

function bytesOf(event: LogEvent): number {
  return Buffer.byteLength(event.message) + eventOverheadBytes;
}
