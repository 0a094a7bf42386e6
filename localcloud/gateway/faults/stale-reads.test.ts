import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../clock.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Exchange } from "../exchange.ts";
import { isRead, StaleReads } from "./stale-reads.ts";

let clock: ManualClock;
let reads: StaleReads;
let calls: number;

beforeEach(() => {
  clock = new ManualClock();
  reads = new StaleReads(clock, 5_000);
  calls = 0;
});

function exchange(input: object): Exchange {
  calls += 1;
  const request = { method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: Buffer.of() };
  return { request, requestId: `request-${calls}`, input };
}

/** Reads while the state is `body`. */
function read(body: string, input: object = {}): string | Uint8Array | undefined {
  const call = exchange(input);
  reads.remember(call, { status: 200, headers: { "x-amzn-requestid": call.requestId }, body });
  const outcome = reads.answer(call);
  return outcome instanceof AwsError ? undefined : outcome?.body;
}

describe("stale reads", () => {
  it("answer the state of so long ago", async () => {
    expect(read("one")).toBe("one");
    await clock.advance(3_000);
    expect(read("two")).toBe("one");
    await clock.advance(3_000);
    expect(read("three")).toBe("one");
    await clock.advance(2_000);
    expect(read("four")).toBe("two");
    await clock.advance(60_000);
    expect(read("five")).toBe("four");
  });

  it("know each input's own past", async () => {
    read("one", { cluster: "a" });
    await clock.advance(3_000);
    expect(read("two", { cluster: "b" })).toBe("two");
    expect(read("three", { cluster: "a" })).toBe("one");
  });

  it("forget the oldest reads rather than grow without end", () => {
    const first = exchange({ cluster: "first" });
    reads.remember(first, { status: 200, headers: {}, body: "first" });
    for (let index = 0; index < 2_000; index += 1) read("x", { index });
    expect(reads.answer(first)).toBeUndefined();
    for (let index = 0; index < 4_000; index += 1) read(`${index}`);
    expect(read("last")).toBe("2001");
  });
});

describe("what only reads", () => {
  it.each(["DescribeServices", "ListTasks", "GetCallerIdentity", "BatchGetImage", "FilterLogEvents"])("%s", (name) =>
    expect(isRead(name)).toBe(true),
  );
  it.each(["UpdateService", "DeregisterTaskDefinition", "RunTask", "BatchDeleteImage"])("not %s", (name) =>
    expect(isRead(name)).toBe(false),
  );
});
