import { get } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import { stsService } from "../services/sts/operations.ts";
import { type Gateway, gateway } from "./gateway.ts";

const principal = { accountId: "0", arn: "arn", userId: "0", accessKeyId: "test" };
let server: Gateway;
let endpoint: string;
let bugs: unknown[];

beforeEach(async () => {
  bugs = [];
  server = gateway({
    services: [stsService()],
    mounts: { v2: (_request, response) => void response.end("registry") },
    ownPages: new Map([["GET /_localcloud/listeners", () => ({ listeners: [] })]]),
    keys: { find: () => ({ secretAccessKey: "test", principal }) },
    clock: new ManualClock(),
    unknownMembers: "refuse",
    onBug: (error) => bugs.push(error),
  });
  endpoint = `http://127.0.0.1:${await server.listen(0)}`;
});
afterEach(async () => {
  await server.close();
  expect(bugs).toEqual([]);
});

/** Not by `fetch`, which takes `/__proto__` for what it says, but shows no raw path. */
function status(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(endpoint + path, { headers, timeout: 5_000 }, (response) => resolve(response.resume().statusCode)).on(
      "error",
      reject,
    );
  });
}

describe("the gateway", () => {
  it("hands over what is mounted", async () => {
    expect(await (await fetch(`${endpoint}/v2/`)).text()).toBe("registry");
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("finds nothing at /%s", async (path) => {
    expect(await status(`/${path}`)).toBe(403);
    expect(await status(`/_localcloud/${path}`)).toBe(404);
  });

  it.each(["constructor", "__proto__"])("finds no header %s to be signed", async (header) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sts/aws4_request, SignedHeaders=${header};host;x-amz-date, Signature=00`;
    const headers = { authorization, "x-amz-date": "20260101T000000Z" };
    expect(await status("/?Action=GetCallerIdentity", headers)).toBe(403);
  });

  it.each(["constructor", "__proto__", "toString"])("implements no operation %s", async (operation) => {
    const authorization =
      "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00";
    expect(await status(`/?Action=${operation}`, { authorization })).toBe(501);
  });
});
