import { beforeEach, describe, expect, it } from "vitest";
import { dayMs, failing, LogsFixture, start } from "./logs-fixture.ts";

let fixture: LogsFixture;

beforeEach(() => {
  fixture = new LogsFixture();
});

describe("putting log events", () => {
  const put = (logEvents: { timestamp: number; message: string }[]) =>
    fixture.call("putLogEvents", { logGroupName: "/ecs/web", logStreamName: "web/one", logEvents });
  const read = async () =>
    (await fixture.call("getLogEvents", { logGroupName: "/ecs/web", logStreamName: "web/one" })).events.map(
      ({ message }: { message: string }) => message,
    );

  it("keeps them", async () => {
    await fixture.web();
    const answer = await put([
      { timestamp: start, message: "one" },
      { timestamp: start, message: "two" },
    ]);
    expect(answer).toEqual({ nextSequenceToken: expect.stringMatching(/^\d{56}$/) });
    expect(await read()).toEqual(["one", "two"]);
  });

  it("leaves out what is too old, expired or too new, and says which", async () => {
    await fixture.web();
    const ancient = await put([{ timestamp: start - 15 * dayMs, message: "ancient" }]);
    expect(ancient.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    expect(await read()).toEqual([]);
    await fixture.call("putRetentionPolicy", { logGroupName: "/ecs/web", retentionInDays: 1 });
    const hour = 60 * 60 * 1000;
    expect(
      (
        await put([
          { timestamp: start - 25 * hour, message: "expired" },
          { timestamp: start - 23 * hour, message: "kept" },
        ])
      ).rejectedLogEventsInfo,
    ).toEqual({ expiredLogEventEndIndex: 1 });
    expect(
      (
        await put([
          { timestamp: start, message: "now" },
          { timestamp: start + 3 * hour, message: "future" },
        ])
      ).rejectedLogEventsInfo,
    ).toEqual({ tooNewLogEventStartIndex: 1 });
    expect((await put([{ timestamp: start - 15 * dayMs, message: "ancient" }])).rejectedLogEventsInfo).toEqual({
      tooOldLogEventEndIndex: 1,
    });
    expect(await read()).toEqual(["kept", "now"]);
  });

  it.each([
    [[], /Value '\[\]' at 'logEvents'/],
    [
      [
        { timestamp: 2, message: "a" },
        { timestamp: 1, message: "b" },
      ],
      "Log events in a single PutLogEvents request must be in chronological order.",
    ],
    [
      [
        { timestamp: 1, message: "a" },
        { timestamp: 2 + dayMs, message: "b" },
      ],
      /cannot span more than 24 hours\.$/,
    ],
    [[{ timestamp: 1, message: "" }], /at 'logEvents\.1\.member\.message'/],
    [[{ timestamp: -1, message: "a" }], /at 'logEvents\.1\.member\.timestamp'/],
    [[{ timestamp: 1.5, message: "a" }], /at 'logEvents\.1\.member\.timestamp'/],
    [[{ timestamp: 1, message: "é".repeat(524_276) }], "Upload too large: 1048578 bytes exceeds limit of 1048576"],
    [Array.from({ length: 10_001 }, () => ({ timestamp: 1, message: "a" })), /less than or equal to 10000$/],
  ])("refuses a batch (%#)", async (events, message) => {
    await fixture.web();
    await expect(put(events)).rejects.toEqual(failing("InvalidParameterException", message));
  });

  it("needs group and stream", async () => {
    await expect(put([{ timestamp: start, message: "a" }])).rejects.toEqual(
      failing("ResourceNotFoundException", /log group/),
    );
    fixture.store.createGroup("/ecs/web");
    await expect(put([{ timestamp: start, message: "a" }])).rejects.toEqual(
      failing("ResourceNotFoundException", "The specified log stream does not exist."),
    );
  });
});

describe("getting log events", () => {
  const get = (input: object) =>
    fixture.call("getLogEvents", { logGroupName: "/ecs/web", logStreamName: "web/one", ...input });
  const messages = ({ events }: { events: { message: string }[] }) => events.map(({ message }) => message).join("");
  const abcde = () => fixture.web(...[..."abcde"].map((letter, index): [number, string] => [start + index, letter]));

  it("answers the latest by default, the earliest from the head", async () => {
    await abcde();
    expect(messages(await get({ limit: 2 }))).toBe("de");
    expect(messages(await get({ limit: 2, startFromHead: true }))).toBe("ab");
    expect((await get({ limit: 1 })).events).toEqual([{ timestamp: start + 4, message: "e", ingestionTime: start }]);
    expect(messages(await get({ startTime: start + 1, endTime: start + 3 }))).toBe("bc");
  });

  it("reads on to either end, where the token stays the same", async () => {
    await abcde();
    const first = await get({ limit: 2, startFromHead: true });
    const second = await get({ limit: 2, nextToken: first.nextForwardToken });
    const third = await get({ limit: 2, nextToken: second.nextForwardToken });
    const end = await get({ limit: 2, nextToken: third.nextForwardToken });
    expect([first, second, third, end].map(messages)).toEqual(["ab", "cd", "e", ""]);
    expect(first.nextForwardToken).toMatch(/^f\/\d{56}\/s$/);
    expect(end.nextForwardToken).toBe(third.nextForwardToken);
    const back = await get({ limit: 2, nextToken: end.nextBackwardToken });
    expect(messages(back)).toBe("de");
    const before = await get({ limit: 10, nextToken: back.nextBackwardToken });
    expect(messages(before)).toBe("abc");
    const head = await get({ nextToken: before.nextBackwardToken });
    expect([messages(head), head.nextBackwardToken]).toEqual(["", before.nextBackwardToken]);
    expect(messages(await get({ nextToken: head.nextForwardToken }))).toBe("abcde");
  });

  it("follows a stream that is written to, from before its first event", async () => {
    await fixture.web();
    const empty = await get({ startFromHead: true });
    fixture.store.put("/ecs/web", "web/one", start, "a");
    const first = await get({ nextToken: empty.nextForwardToken });
    fixture.store.put("/ecs/web", "web/one", start, "b");
    const second = await get({ nextToken: first.nextForwardToken });
    expect([empty, first, second].map(messages)).toEqual(["", "a", "b"]);
  });

  it("answers at most 1 MiB at once", async () => {
    await fixture.web(
      ...Array.from({ length: 10 }, (_, index): [number, string] => [start + index, String(index).repeat(200_000)]),
    );
    expect((await get({ startFromHead: true })).events).toHaveLength(5);
    expect((await get({})).events.at(-1).message.charAt(0)).toBe("9");
  });

  it.each(["x", "f/1/s", `f/${"0".repeat(57)}/s`, `g/${"0".repeat(56)}/s`])(
    "refuses the token %s",
    async (nextToken) => {
      await fixture.web();
      await expect(get({ nextToken })).rejects.toEqual(
        failing("InvalidParameterException", "The specified nextToken is invalid."),
      );
    },
  );

  it("refuses a limit out of range and both names of a group", async () => {
    await fixture.web();
    await expect(get({ limit: 0 })).rejects.toEqual(
      failing("InvalidParameterException", /greater than or equal to 1$/),
    );
    await expect(get({ limit: 10_001 })).rejects.toEqual(
      failing("InvalidParameterException", /less than or equal to 10000$/),
    );
    await expect(get({ logGroupIdentifier: "/ecs/web" })).rejects.toEqual(
      failing("InvalidParameterException", /Only one of/),
    );
  });
});

describe("filtering log events", () => {
  const filter = (input: object) => fixture.call("filterLogEvents", { logGroupName: "/ecs/web", ...input });
  const messages = ({ events }: { events: { message: string }[] }) => events.map(({ message }) => message);

  beforeEach(async () => {
    await fixture.web([start + 1, "GET / 200"], [start + 3, "GET / 500 Error"]);
    fixture.store.createStream("/ecs/web", "api/two");
    fixture.store.put("/ecs/web", "api/two", start + 2, "Error: ECONNREFUSED");
  });

  it("finds them over all streams, by time", async () => {
    const { events, searchedLogStreams, nextToken } = await filter({});
    expect(messages({ events })).toEqual(["GET / 200", "Error: ECONNREFUSED", "GET / 500 Error"]);
    expect(events[1]).toEqual({
      logStreamName: "api/two",
      timestamp: start + 2,
      message: "Error: ECONNREFUSED",
      ingestionTime: start,
      eventId: expect.stringMatching(/^\d{56}$/),
    });
    expect([searchedLogStreams, nextToken]).toEqual([[], undefined]);
  });

  it("finds them by pattern, stream and time, both ends included", async () => {
    expect(messages(await filter({ filterPattern: "Error -GET" }))).toEqual(["Error: ECONNREFUSED"]);
    expect(messages(await filter({ logStreamNamePrefix: "web/" }))).toHaveLength(2);
    expect(messages(await filter({ logStreamNames: ["api/two", "api/two"] }))).toHaveLength(1);
    expect(messages(await filter({ startTime: start + 2, endTime: start + 3 }))).toHaveLength(2);
  });

  it("answers in pages", async () => {
    const first = await filter({ limit: 2, interleaved: true });
    const second = await filter({ limit: 2, nextToken: first.nextToken });
    expect([messages(first).length, messages(second).length, second.nextToken]).toEqual([2, 1, undefined]);
    await expect(filter({ nextToken: "7" })).rejects.toEqual(
      failing("InvalidParameterException", "The specified nextToken is invalid."),
    );
  });

  it("needs streams that exist, and one way to choose them", async () => {
    await expect(filter({ logStreamNames: ["none"] })).rejects.toEqual(
      failing("ResourceNotFoundException", "The specified log stream does not exist."),
    );
    await expect(filter({ logStreamNames: ["web/one"], logStreamNamePrefix: "web" })).rejects.toEqual(
      failing("InvalidParameterException", /mutually exclusive/),
    );
    await expect(filter({ startFromHead: false })).rejects.toEqual(
      failing("InvalidParameterException", /latest log events first/),
    );
  });
});
