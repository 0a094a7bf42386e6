import { beforeEach, describe, expect, it } from "vitest";
import { dayMs, failing, groupArn, LogsFixture, start } from "./logs-fixture.ts";
import { logsService } from "./operations.ts";
import * as schemas from "./schemas.ts";

let fixture: LogsFixture;

beforeEach(() => {
  fixture = new LogsFixture();
});

describe("log groups", () => {
  it("are created, described and deleted", async () => {
    await fixture.call("createLogGroup", { logGroupName: "/ecs/web" });
    await fixture.call("createLogGroup", { logGroupName: "/ecs/api" });
    fixture.store.createStream("/ecs/web", "one");
    fixture.store.put("/ecs/web", "one", start, "12345");
    const { logGroups } = await fixture.call("describeLogGroups", { logGroupNamePrefix: "/ecs/w" });
    expect(logGroups).toEqual([
      {
        logGroupName: "/ecs/web",
        creationTime: start,
        metricFilterCount: 0,
        arn: `${groupArn}:*`,
        logGroupArn: groupArn,
        storedBytes: 31,
        logGroupClass: "STANDARD",
      },
    ]);
    expect((await fixture.call("describeLogGroups", { logGroupNamePattern: "api" })).logGroups).toHaveLength(1);
    await fixture.call("deleteLogGroup", { logGroupName: "/ecs/web" });
    await expect(fixture.call("deleteLogGroup", { logGroupName: "/ecs/web" })).rejects.toEqual(
      failing("ResourceNotFoundException", "The specified log group does not exist."),
    );
    expect(() => fixture.store.put("/ecs/web", "one", start, "late")).toThrow(
      "The specified log group does not exist.",
    );
  });

  it("come in pages", async () => {
    for (const name of ["e", "a", "d", "b", "c"]) fixture.store.createGroup(name);
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await fixture.call("describeLogGroups", { limit: 2, nextToken });
      names.push(...page.logGroups.map(({ logGroupName }: { logGroupName: string }) => logGroupName), "|");
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(names.join("")).toBe("ab|cd|e|");
  });

  it.each([
    [{ logGroupName: "/ecs/web" }, "ResourceAlreadyExistsException", "The specified log group already exists"],
    [
      { logGroupName: "a b" },
      "InvalidParameterException",
      /^1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    ],
    [{ logGroupName: "" }, "InvalidParameterException", /length greater than or equal to 1$/],
    [{ logGroupName: "x".repeat(513) }, "InvalidParameterException", /length less than or equal to 512$/],
    [
      { logGroupName: "new", kmsKeyId: "k" },
      "InvalidParameterException",
      "kmsKeyId: the local cloud does not encrypt log groups.",
    ],
    [{ logGroupName: "new", tags: { a: "b" } }, "InvalidParameterException", /^tags: the local cloud does not/],
    [{ logGroupName: "new", logGroupClass: "DELIVERY" as const }, "InvalidParameterException", /class DELIVERY/],
  ])("are not created for %j", async (input, code, message) => {
    fixture.store.createGroup("/ecs/web");
    await expect(fixture.call("createLogGroup", input)).rejects.toEqual(failing(code, message));
    expect(fixture.store.groups()).toHaveLength(1);
  });

  it("keep events as long as their retention says", async () => {
    await fixture.web([start - 3 * dayMs, "old"], [start, "new"]);
    await fixture.call("putRetentionPolicy", { logGroupName: "/ecs/web", retentionInDays: 3 });
    expect((await fixture.call("describeLogGroups", {})).logGroups[0].retentionInDays).toBe(3);
    const messages = async () =>
      (await fixture.call("filterLogEvents", { logGroupName: "/ecs/web" })).events.map(
        ({ message }: { message: string }) => message,
      );
    expect(await messages()).toEqual(["old", "new"]);
    await fixture.clock.advance(1);
    expect(await messages()).toEqual(["new"]);
    await fixture.call("deleteRetentionPolicy", { logGroupName: "/ecs/web" });
    await fixture.clock.advance(100 * dayMs);
    expect(await messages()).toEqual(["new"]);
    expect((await fixture.call("describeLogGroups", {})).logGroups[0]).not.toHaveProperty("retentionInDays");
    await expect(fixture.call("putRetentionPolicy", { logGroupName: "/ecs/web", retentionInDays: 2 })).rejects.toEqual(
      failing(
        "InvalidParameterException",
        /Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: \[1, 3, 5,/,
      ),
    );
  });
});

describe("log streams", () => {
  it("are described with their times, by name or by last event", async () => {
    await fixture.web([start + 5, "a"], [start + 1, "b"]);
    fixture.store.createStream("/ecs/web", "web/two");
    fixture.store.createStream("/ecs/web", "api/three");
    fixture.store.put("/ecs/web", "api/three", start + 9, "c");
    const names = async (input: object) =>
      (await fixture.call("describeLogStreams", { logGroupName: "/ecs/web", ...input })).logStreams.map(
        ({ logStreamName }: { logStreamName: string }) => logStreamName,
      );
    expect(await names({})).toEqual(["api/three", "web/one", "web/two"]);
    expect(await names({ descending: true, logStreamNamePrefix: "web/" })).toEqual(["web/two", "web/one"]);
    expect(await names({ orderBy: "LastEventTime" })).toEqual(["web/two", "web/one", "api/three"]);
    expect(await names({ orderBy: "LastEventTime", descending: true, limit: 1 })).toEqual(["api/three"]);
    const { logStreams } = await fixture.call("describeLogStreams", {
      logGroupIdentifier: groupArn,
      logStreamNamePrefix: "web/one",
    });
    expect(logStreams).toEqual([
      {
        logStreamName: "web/one",
        creationTime: start,
        firstEventTimestamp: start + 1,
        lastEventTimestamp: start + 5,
        lastIngestionTime: start,
        arn: `${groupArn}:log-stream:web/one`,
        storedBytes: 0,
      },
    ]);
  });

  it("come in pages, the last event first", async () => {
    await fixture.web();
    for (const [index, name] of ["a", "b", "c"].entries()) {
      fixture.store.createStream("/ecs/web", name);
      fixture.store.put("/ecs/web", name, start + index, "x");
    }
    const ask = { logGroupName: "/ecs/web", orderBy: "LastEventTime" as const, descending: true, limit: 2 };
    const first = await fixture.call("describeLogStreams", ask);
    const second = await fixture.call("describeLogStreams", { ...ask, nextToken: first.nextToken });
    expect([...first.logStreams, ...second.logStreams].map(({ logStreamName }) => logStreamName)).toEqual([
      "c",
      "b",
      "a",
      "web/one",
    ]);
    expect(second.nextToken).toBeUndefined();
  });

  it("are refused in AWS's words", async () => {
    await fixture.web();
    await expect(fixture.call("createLogStream", { logGroupName: "none", logStreamName: "s" })).rejects.toEqual(
      failing("ResourceNotFoundException", "The specified log group does not exist."),
    );
    await expect(
      fixture.call("createLogStream", { logGroupName: "/ecs/web", logStreamName: "web/one" }),
    ).rejects.toEqual(failing("ResourceAlreadyExistsException", "The specified log stream already exists"));
    await expect(fixture.call("createLogStream", { logGroupName: "/ecs/web", logStreamName: "a:b" })).rejects.toEqual(
      failing("InvalidParameterException", /pattern: \[\^:\*\]\*$/),
    );
    await expect(
      fixture.call("describeLogStreams", {
        logGroupName: "/ecs/web",
        orderBy: "LastEventTime",
        logStreamNamePrefix: "w",
      }),
    ).rejects.toEqual(
      failing("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix."),
    );
    await expect(fixture.call("describeLogStreams", { logGroupName: "/ecs/web", nextToken: "x" })).rejects.toEqual(
      failing("InvalidParameterException", "The specified nextToken is invalid."),
    );
    await expect(fixture.call("describeLogStreams", { logGroupName: "/ecs/web", limit: 51 })).rejects.toEqual(
      failing("InvalidParameterException", /less than or equal to 50$/),
    );
    await expect(fixture.call("describeLogStreams", {})).rejects.toEqual(
      failing("InvalidParameterException", /must be specified/),
    );
    await expect(
      fixture.call("describeLogStreams", { logGroupIdentifier: groupArn.replace("us-east-1", "eu-west-1") }),
    ).rejects.toEqual(failing("ResourceNotFoundException", /log group/));
  });
});

describe("the service", () => {
  it("has the SDK's schema of every operation that it lists", () => {
    const { operations, signingName, protocol } = logsService(fixture.store);
    expect(
      Object.keys(schemas)
        .map((name) => name.slice(0, -1))
        .sort(),
    ).toEqual(Object.keys(operations).sort());
    expect([signingName, protocol]).toEqual(["logs", "awsJson1_1"]);
  });
});
