import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import { jsonWire } from "../protocol/json.ts";
import { operationShapes } from "../protocol/schemas.ts";
import type { HttpRequest } from "../protocol/wire.ts";
import * as ecs from "../services/ecs/schemas.ts";
import type { Exchange } from "./exchange.ts";
import type { Service } from "./service.ts";
import { credentialScope, type KnownKey, verifySignature } from "./sigv4.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const principal = { accountId: "1", arn: "arn:aws:iam::1:root", userId: "1", accessKeyId: "test" };
const known: Readonly<Record<string, KnownKey>> = {
  test: { secretAccessKey: "secret", principal },
  ASIA: { secretAccessKey: "secret", principal, sessionToken: "token", expiresAt: NOW + 1 },
  OLD: { secretAccessKey: "secret", principal, sessionToken: "token", expiresAt: NOW },
};
const keys = { find: (id: string) => known[id] };

const service: Service = { signingName: "ecs", protocol: "awsJson1_1", schemas: async () => ecs, operations: {} };
const [wire, shapes] = [jsonWire("1.1"), operationShapes(ecs, "ListClusters")];
if (shapes === undefined) throw new Error("There is no such operation.");
const target = { service, region: "us-east-1", wire, operation: "ListClusters", module: ecs, shapes };

interface Signing {
  readonly stamp?: string;
  readonly date?: string;
  readonly signed?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** As the signer writes it, in the order of the specification. */
  readonly query?: string;
  readonly accessKeyId?: string;
}

/** Signs by the specification, independently of what is tested. */
function signedRequest(signing: Signing = {}): HttpRequest {
  const { stamp = "20260101T120000Z", date = stamp.slice(0, 8), query = "", accessKeyId = "test" } = signing;
  const headers: Record<string, string> = Object.assign(Object.create(null), {
    host: "127.0.0.1",
    "x-amz-date": stamp,
    ...signing.headers,
  });
  const signed = signing.signed ?? Object.keys(headers).sort();
  const body = Buffer.from("{}");
  const lines = signed.map((name) => `${name}:${headers[name] ?? ""}\n`).join("");
  const canonical = ["POST", "/", query, lines, signed.join(";"), sha256(body)].join("\n");
  const scope = `${date}/us-east-1/ecs/aws4_request`;
  const key = scope.split("/").reduce<Buffer>((secret, part) => hmac(secret, part), Buffer.from("AWS4secret"));
  const signature = hmac(key, ["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical)].join("\n")).toString("hex");
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed.join(";")}, Signature=${signature}`;
  return { method: "POST", path: "/", query: new URLSearchParams(query), headers, body };
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

function verify(request: HttpRequest): Exchange {
  const exchange: Exchange = { request, requestId: "id", target };
  const answer = { status: 200, headers: {}, body: "" };
  void verifySignature(keys, new ManualClock(NOW))(exchange, async () => answer);
  return exchange;
}

describe("a signature", () => {
  it("tells who signed", () => {
    expect(verify(signedRequest()).principal).toBe(principal);
    expect(credentialScope(signedRequest())).toMatchObject({ region: "us-east-1", service: "ecs", date: "20260101" });
  });

  it("of a temporary key comes with its session token, and until it expires", () => {
    const temporary = (accessKeyId: string, token: string) =>
      signedRequest({ accessKeyId, headers: { "x-amz-security-token": token } });
    expect(verify(temporary("ASIA", "token")).principal).toBe(principal);
    for (const request of [temporary("ASIA", "other"), signedRequest({ accessKeyId: "ASIA" })])
      expect(() => verify(request)).toThrow("The security token included in the request is invalid.");
    expect(() => verify(temporary("OLD", "token"))).toThrow("The security token included in the request is expired");
  });

  it("covers the query, sorted by names before values", () => {
    const query = "a.1=z&a.10=y&a=x%2Fy%20%2A&b=%C3%A9";
    const sorted = query
      .split("&")
      .sort((one, other) => ((one.split("=")[0] ?? "") < (other.split("=")[0] ?? "") ? -1 : 1));
    expect(verify(signedRequest({ query: sorted.join("&") })).principal).toBe(principal);
  });

  it.each([
    ["another body", (request: HttpRequest) => ({ ...request, body: Buffer.from("{ }") })],
    ["another path", (request: HttpRequest) => ({ ...request, path: "/other" })],
    ["another query", (request: HttpRequest) => ({ ...request, query: new URLSearchParams("a=b") })],
    ["another host", (request: HttpRequest) => ({ ...request, headers: { ...request.headers, host: "other" } })],
  ])("does not match %s", (_what, tamper) => {
    expect(() => verify(tamper(signedRequest()))).toThrow(
      expect.objectContaining({ code: "InvalidSignatureException", status: 403 }),
    );
  });

  it.each([
    ["host", ["x-amz-date"]],
    ["x-amz-target", ["host", "x-amz-date"]],
  ])("must cover %s", (name, signed) => {
    const request = signedRequest({ signed, headers: { "x-amz-target": "ecs.ListClusters" } });
    expect(() => verify(request)).toThrow(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
  });

  it("may claim headers that every object seems to have", () => {
    const request = signedRequest({ signed: ["__proto__", "constructor", "host", "x-amz-date"] });
    expect(verify(request).principal).toBe(principal);
  });

  it.each([
    [
      "20260101T115459Z",
      "Signature expired: 20260101T115459Z is now earlier than 20260101T115500Z (20260101T120000Z - 5 min.)",
    ],
    [
      "20260101T120501Z",
      "Signature not yet current: 20260101T120501Z is still later than 20260101T120500Z (20260101T120000Z + 5 min.)",
    ],
    ["yesterday", "Date must be in ISO-8601 'basic format'. See AWS documentation."],
  ])("of %s is refused", (stamp, message) => {
    expect(() => verify(signedRequest({ stamp }))).toThrow(message);
  });

  it("is of the day in its scope", () => {
    expect(() => verify(signedRequest({ date: "20251231" }))).toThrow(/^Date in Credential scope does not match/);
  });

  it("by an unknown key, and none, are refused", () => {
    expect(() => verify(signedRequest({ accessKeyId: "other" }))).toThrow(
      expect.objectContaining({ code: "UnrecognizedClientException" }),
    );
    const authorizations = {
      Basic: "MissingAuthenticationTokenException",
      "AWS4-HMAC-SHA256 ": "IncompleteSignatureException",
    };
    for (const [authorization, code] of Object.entries(authorizations))
      expect(() => verify({ ...signedRequest(), headers: { authorization } })).toThrow(
        expect.objectContaining({ code }),
      );
  });
});
