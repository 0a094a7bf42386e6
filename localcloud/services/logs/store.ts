/** The log groups of the local cloud and what is in them: in memory, bounded. */
import type { Clock } from "../../clock.ts";
import { checkGroupName, checkStreamName } from "./arguments.ts";
import { groupAlreadyExists, groupNotFound, streamAlreadyExists, streamNotFound } from "./errors.ts";
import { eventId, LogStream } from "./log-stream.ts";

/** What all streams together may keep; beyond it the streams that were written to the longest time ago lose events. */
export const maximumStoreBytes = 64 * 1024 * 1024;

const dayMs = 24 * 60 * 60 * 1000;

export interface LogGroup {
  readonly name: string;
  readonly creationTime: number;
  readonly streams: Map<string, LogStream>;
  /** Days; events never expire where there is none. */
  retentionInDays?: number | undefined;
}

export class LogStore {
  readonly #clock: Clock;
  readonly #groups = new Map<string, LogGroup>();
  /** Streams with events, the one written to the longest time ago first. */
  readonly #written = new Set<LogStream>();
  #bytes = 0;
  #sequence = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** By name. */
  groups(): LogGroup[] {
    return [...this.#groups.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** @throws {AwsError} `InvalidParameterException`, `ResourceAlreadyExistsException` */
  createGroup(name: string): void {
    checkGroupName(name);
    if (this.#groups.has(name)) throw groupAlreadyExists();
    this.#groups.set(name, { name, creationTime: this.#clock.now(), streams: new Map() });
  }

  /** @throws {AwsError} `ResourceNotFoundException` */
  deleteGroup(name: string): void {
    for (const stream of this.group(name).streams.values()) {
      this.#bytes -= stream.bytes;
      this.#written.delete(stream);
    }
    this.#groups.delete(name);
  }

  /** The group, without the events that its retention has ended. @throws {AwsError} `ResourceNotFoundException` */
  group(name: string): LogGroup {
    const group = this.#groups.get(name);
    if (group === undefined) throw groupNotFound();
    const kept = this.keptSince(group);
    if (kept !== undefined) for (const stream of group.streams.values()) this.#bytes -= stream.expire(kept);
    return group;
  }

  /** Milliseconds since the epoch: events before it have expired. `undefined` where none ever do. */
  keptSince({ retentionInDays }: LogGroup): number | undefined {
    return retentionInDays === undefined ? undefined : this.#clock.now() - retentionInDays * dayMs;
  }

  /** @throws {AwsError} `InvalidParameterException`, `ResourceNotFoundException`, `ResourceAlreadyExistsException` */
  createStream(groupName: string, streamName: string): void {
    checkStreamName(streamName);
    const { streams } = this.group(groupName);
    if (streams.has(streamName)) throw streamAlreadyExists();
    streams.set(streamName, new LogStream(streamName, this.#clock.now()));
  }

  /** @throws {AwsError} `ResourceNotFoundException` */
  stream(groupName: string, streamName: string): LogStream {
    const stream = this.group(groupName).streams.get(streamName);
    if (stream === undefined) throw streamNotFound();
    return stream;
  }

  /**
   * Stores one event.
   *
   * @param timestamp milliseconds since the epoch.
   * @param message an empty one is no event, neither for CloudWatch Logs nor for the awslogs driver.
   * @throws {AwsError} `ResourceNotFoundException`
   */
  put(groupName: string, streamName: string, timestamp: number, message: string): void {
    const group = this.#groups.get(groupName);
    if (group === undefined) throw groupNotFound();
    const stream = group.streams.get(streamName);
    if (stream === undefined) throw streamNotFound();
    if (message === "") return;
    this.#sequence += 1;
    const id = eventId(timestamp, this.#sequence);
    this.#bytes += stream.add({ id, timestamp, message, ingestionTime: this.#clock.now() });
    this.#written.delete(stream);
    this.#written.add(stream);
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const stream of this.#written) {
      const excess = this.#bytes - maximumStoreBytes;
      if (excess <= 0) return;
      // All of what was written long ago goes before a line of what is written now.
      this.#bytes -= stream.dropOldest(Math.max(excess, stream.bytes / 2));
      if (stream.bytes === 0) this.#written.delete(stream);
    }
  }
}
