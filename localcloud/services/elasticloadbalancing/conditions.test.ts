import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { conditionsFrom, conditionView } from "./conditions.ts";
import { errorOf } from "./testing.ts";

const host = (...Values: string[]): RuleCondition => ({ Field: "host-header", HostHeaderConfig: { Values } });
const header = (HttpHeaderName: string, ...Values: string[]): RuleCondition => ({
  Field: "http-header",
  HttpHeaderConfig: { HttpHeaderName, Values },
});
const method = (...Values: string[]): RuleCondition => ({
  Field: "http-request-method",
  HttpRequestMethodConfig: { Values },
});
const query = (Key: string | undefined, Value: string): RuleCondition => ({
  Field: "query-string",
  QueryStringConfig: { Values: [{ ...(Key === undefined ? {} : { Key }), Value }] },
});
const source = (...Values: string[]): RuleCondition => ({ Field: "source-ip", SourceIpConfig: { Values } });

const codeOf = async (...conditions: RuleCondition[]) => (await errorOf(() => conditionsFrom(conditions)))?.code;

describe("conditions", () => {
  it.each([
    [header("User-Agent", "*Chrome*")],
    [method("GET", "HEAD")],
    [query("version", "v1")],
    [query(undefined, "*example*")],
    [source("192.0.2.0/24", "2001:db8::/32")],
  ])("%j are shown as they were given", (condition) => {
    expect(conditionsFrom([condition]).map(conditionView)).toEqual([condition]);
  });

  it("on hosts and paths are shown in both spellings, whichever was given", () => {
    const shown = { Field: "host-header", Values: ["*.example.com"], HostHeaderConfig: { Values: ["*.example.com"] } };
    expect(conditionsFrom([host("*.example.com")]).map(conditionView)).toEqual([shown]);
    expect(conditionsFrom([{ Field: "host-header", Values: ["*.example.com"] }]).map(conditionView)).toEqual([shown]);
  });

  it("may be several of different fields, and of headers and queries", () => {
    const path: RuleCondition = { Field: "path-pattern", Values: ["/a"] };
    expect(
      conditionsFrom([host("a.example"), path, header("X-A", "1"), header("X-B", "2"), query("c", "3")]),
    ).toHaveLength(5);
  });

  it("have together at most five values, and one condition of the other fields", async () => {
    expect(await codeOf(host("a.b", "b.b", "c.b"), method("A", "B", "C"))).toBe("ValidationError");
    expect(await codeOf(host("a.b"), host("b.b"))).toBe("ValidationError");
    expect(await codeOf(source("10.0.0.0/8"), source("10.0.0.0/8"))).toBe("ValidationError");
  });

  it.each<[RuleCondition]>([
    [{ Field: "colour", Values: ["red"] }],
    [{ Values: ["/a"] }],
    [host()],
    [host("localhost")],
    [host("a.b1")],
    [host("a_b.com")],
    [header("Host", "a")],
    [header("a b", "a")],
    [header("x".repeat(41), "a")],
    [header("X-A")],
    [header("X-A", "x".repeat(129))],
    [method("get")],
    [query("a", "")],
    [query("a", "ä")],
    [source("10.0.0.1")],
    [source("10.0.0.0/33")],
    [source("10.0.0/8")],
    [source("2001:db8::/129")],
    [source("10.0.0.0/8/9")],
    [{ Field: "source-ip", Values: ["10.0.0.0/8"] }],
    [{ Field: "path-pattern", Values: ["/a"], HttpRequestMethodConfig: { Values: ["GET"] } }],
    [{ Field: "host-header", Values: ["a.b"], HostHeaderConfig: { Values: ["a.b"] } }],
  ])("are refused: %j", async (condition) => {
    expect(await codeOf(condition)).toBe("ValidationError");
  });

  it("with regular expressions are refused by name", async () => {
    expect(await codeOf({ Field: "host-header", RegexValues: ["a"] })).toBe("NotImplemented");
    expect(await codeOf({ Field: "host-header", HostHeaderConfig: { RegexValues: ["a"] } })).toBe("NotImplemented");
    const HttpHeaderConfig = { HttpHeaderName: "a", RegexValues: ["a"] };
    expect(await codeOf({ Field: "http-header", HttpHeaderConfig })).toBe("NotImplemented");
  });
});
