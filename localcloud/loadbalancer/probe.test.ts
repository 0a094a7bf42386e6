import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import { statusMatches } from "./health-check.ts";
import { httpProbe } from "./probe.ts";
import { type RunningTarget, startTarget } from "./testing.ts";

let clock: ManualClock;
let target: RunningTarget | undefined;

beforeEach(() => {
  clock = new ManualClock();
});

afterEach(async () => {
  await target?.close();
  target = undefined;
});

async function probe(answer: RequestListener, { matcher = "200", signal = new AbortController().signal } = {}) {
  target = await startTarget(answer);
  return probePort(target.port, matcher, signal);
}

function probePort(port: number, matcher = "200", signal = new AbortController().signal) {
  return httpProbe(clock)({ host: "127.0.0.1", port, path: "/healthz?full=1", timeoutSeconds: 6, matcher }, signal);
}

describe("httpProbe", () => {
  it("asks for the path as ELB's health checker, on a connection that it closes", async () => {
    const seen: unknown[] = [];
    const closed = Promise.withResolvers<void>();
    const result = await probe((request, response) => {
      const { host, connection, "user-agent": agent } = request.headers;
      seen.push(request.method, request.url, host, connection, agent);
      request.socket.on("close", () => closed.resolve());
      response.end("x".repeat(100_000));
    });
    await closed.promise;
    expect(result).toEqual({ healthy: true });
    const host = `127.0.0.1:${target?.port}`;
    expect(seen).toEqual(["GET", "/healthz?full=1", host, "close", "ELB-HealthChecker/2.0"]);
  });

  it("names the code that does not match", async () => {
    const result = await probe((_request, response) => void response.writeHead(500).end());
    expect(result).toEqual({
      healthy: false,
      reason: "Target.ResponseCodeMismatch",
      description: "Health checks failed with these codes: [500]",
    });
  });

  it("does not follow redirects", async () => {
    const redirect: RequestListener = (_request, response) => void response.writeHead(302, { Location: "/" }).end();
    expect(await probe(redirect, { matcher: "200-302" })).toEqual({ healthy: true });
  });

  it("times out on the clock", async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const result = probe((request) => {
      request.socket.on("close", () => closed.resolve());
      arrived.resolve();
    });
    await arrived.promise;
    let ended = false;
    void result.then(() => {
      ended = true;
    });
    await clock.advance(5_999);
    expect(ended).toBe(false);
    await clock.advance(1);
    expect(await result).toEqual({ healthy: false, reason: "Target.Timeout", description: "Request timed out" });
    await closed.promise;
  });

  it("times out on a body that never ends, without changing what the code said", async () => {
    const closed = Promise.withResolvers<void>();
    const result = await probe((request, response) => {
      request.socket.on("close", () => closed.resolve());
      response.write("endless");
    });
    expect(result).toEqual({ healthy: true });
    await clock.advance(6_000);
    await closed.promise;
  });

  it.each([
    ["refuses the connection", undefined],
    ["closes it without an answer", ""],
    ["does not speak HTTP", "what?\r\n\r\n"],
  ])("fails where the target %s", async (_what, says) => {
    const server = createTcpServer((socket) => socket.end(says ?? ""));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    if (says === undefined) await new Promise((resolve) => server.close(resolve));
    const result = await probePort(port);
    server.close();
    expect(result).toEqual({
      healthy: false,
      reason: "Target.FailedHealthChecks",
      description: "Health checks failed",
    });
  });

  it("ends when it is aborted", async () => {
    const arrived = Promise.withResolvers<void>();
    const abort = new AbortController();
    const result = probe(() => arrived.resolve(), { signal: abort.signal });
    await arrived.promise;
    abort.abort();
    expect(await result).toMatchObject({ healthy: false });
  });
});

describe("statusMatches", () => {
  it.each([
    ["200", 200, true],
    ["200", 201, false],
    ["200,202", 202, true],
    ["200-299", 250, true],
    ["200-299,301", 300, false],
    ["200-299,301", 301, true],
  ])("%s and %i: %s", (matcher, status, expected) => {
    expect(statusMatches(matcher, status)).toBe(expected);
  });
});
