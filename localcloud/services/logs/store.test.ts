import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../clock.ts";
import { eventOverheadBytes, maximumStreamBytes } from "./log-stream.ts";
import { LogStore, maximumStoreBytes } from "./store.ts";

function storeWith(...streams: string[]): LogStore {
  const store = new LogStore(new ManualClock());
  store.createGroup("g");
  for (const stream of streams) store.createStream("g", stream);
  return store;
}

describe("the log store", () => {
  it("keeps events sorted by time, then by arrival, in whatever order they come", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (timestamps) => {
        const store = storeWith("s");
        for (const [index, timestamp] of timestamps.entries()) store.put("g", "s", timestamp, String(index));
        const expected = timestamps
          .map((timestamp, index) => ({ timestamp, index }))
          .sort((a, b) => a.timestamp - b.timestamp || a.index - b.index);
        expect(store.stream("g", "s").events.map(({ message }) => Number(message))).toEqual(
          expected.map(({ index }) => index),
        );
      }),
    );
  });

  it("takes no empty message, as the awslogs driver sends none", () => {
    const store = storeWith("s");
    store.put("g", "s", 1, "");
    expect(store.stream("g", "s").events).toEqual([]);
  });

  it("throws what CloudWatch Logs answers where group or stream are missing", () => {
    const store = storeWith("s");
    expect(() => store.put("none", "s", 1, "a")).toThrow(
      expect.objectContaining({
        code: "ResourceNotFoundException",
        message: "The specified log group does not exist.",
      }),
    );
    expect(() => store.put("g", "none", 1, "a")).toThrow(
      expect.objectContaining({
        code: "ResourceNotFoundException",
        message: "The specified log stream does not exist.",
      }),
    );
  });

  it("drops the oldest events of a stream that is full", () => {
    const store = storeWith("s");
    const message = "x".repeat(100_000 - eventOverheadBytes);
    for (let index = 0; index < 100; index += 1) store.put("g", "s", index, message);
    const { events, bytes } = store.stream("g", "s");
    expect(bytes).toBe(events.length * 100_000);
    expect(bytes).toBeLessThanOrEqual(maximumStreamBytes);
    expect(bytes).toBeGreaterThan(maximumStreamBytes * 0.8);
    expect(events.at(-1)?.timestamp).toBe(99);
    expect(events.at(0)?.timestamp).toBe(100 - events.length);
  });

  it("drops what was written the longest time ago when all streams together are full", () => {
    const names = Array.from({ length: 20 }, (_, index) => `s${index}`);
    const store = storeWith(...names);
    const message = "x".repeat(1_000_000 - eventOverheadBytes);
    for (const name of names) for (let index = 0; index < 4; index += 1) store.put("g", name, index, message);
    const sizes = names.map((name) => store.stream("g", name).bytes);
    expect(sizes.reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(maximumStoreBytes);
    expect(sizes[0]).toBe(0);
    expect(sizes.slice(-10)).toEqual(Array.from({ length: 10 }, () => 4_000_000));
    store.deleteGroup("g");
    store.createGroup("g");
    store.createStream("g", "after");
    store.put("g", "after", 1, "a");
    expect(store.stream("g", "after").events).toHaveLength(1);
  });
});
