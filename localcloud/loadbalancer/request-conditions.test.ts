import { describe, expect, it } from "vitest";
import { type RequestCondition, requestMatch } from "./request-conditions.ts";
import { routed } from "./testing.ts";

type Request = Parameters<typeof routed>[0];

const host = (...values: string[]): RequestCondition => ({ field: "host-header", values });
const header = (name: string, ...values: string[]): RequestCondition => ({ field: "http-header", name, values });
const from = (...values: string[]): RequestCondition => ({ field: "source-ip", values });
const query = (value: string, key?: string): RequestCondition => ({
  field: "query-string",
  values: [{ value, ...(key === undefined ? {} : { key }) }],
});
const to = (name: string): Request => ({ headers: { host: [name] } });
const withHeader = (name: string, ...values: string[]): Request => ({ headers: { [name]: values } });
const at = (url: string): Request => ({ url });

describe("requestMatch", () => {
  it.each<[string, RequestCondition, Request, boolean]>([
    ["a path, without its query", { field: "path-pattern", values: ["/a"] }, at("/a?b"), true],
    ["a path whose case counts", { field: "path-pattern", values: ["/a"] }, at("/A"), false],
    ["a path in absolute form", { field: "path-pattern", values: ["/a"] }, at("http://x.example/a"), true],

    ["a host", host("www.example.com"), to("www.example.com"), true],
    ["a host whatever its case", host("WWW.example.com"), to("www.EXAMPLE.com"), true],
    ["a host with a port", host("www.example.com"), to("www.example.com:8080"), true],
    ["a host below a domain", host("*.example.com"), to("a.b.example.com"), true],
    ["a domain, which is not below itself", host("*.example.com"), to("example.com"), false],
    ["one host of several", host("a.example", "b.example"), to("b.example"), true],
    ["no host", host("a.example"), {}, false],

    ["a header", header("User-Agent", "*Chrome*"), withHeader("user-agent", "x chrome/1"), true],
    ["another value", header("User-Agent", "*Chrome*"), withHeader("user-agent", "curl"), false],
    ["the second of two headers", header("X-A", "b"), withHeader("x-a", "a", "b"), true],
    ["no such header", header("X-A", "*"), {}, false],

    ["a method", { field: "http-request-method", values: ["PUT", "POST"] }, { method: "POST" }, true],
    ["another method", { field: "http-request-method", values: ["PUT"] }, { method: "GET" }, false],

    ["a parameter", query("v1", "version"), at("/?a=b&Version=V1"), true],
    ["a parameter's value", query("v1", "version"), at("/?version=v2"), false],
    ["a value under any key", query("*example*"), at("/?x=an-example-1"), true],
    ["a value that is only a key", query("example"), at("/?example"), false],
    ["an escaped wildcard", query("\\*", "a"), at("/?a=*"), true],
    ["an escaped wildcard, literally", query("\\*", "a"), at("/?a=b"), false],
    ["no query", query("v1", "version"), at("/version=v1"), false],

    ["a source", from("10.0.0.0/8", "127.0.0.0/8"), {}, true],
    ["another source", from("10.0.0.0/8"), {}, false],
    ["one address", from("192.0.2.1/32"), { remoteAddress: "192.0.2.1" }, true],
    ["its neighbour", from("192.0.2.1/32"), { remoteAddress: "192.0.2.2" }, false],
    ["IPv6", from("2001:db8::/32"), { remoteAddress: "2001:db8::1" }, true],
    ["IPv4 on IPv6 blocks", from("2001:db8::/32"), {}, false],
    ["not X-Forwarded-For", from("10.0.0.0/8"), withHeader("x-forwarded-for", "10.1.2.3"), false],
  ])("%s", (_what, condition, request, expected) => {
    expect(requestMatch(condition)(routed(request))).toBe(expected);
  });
});
