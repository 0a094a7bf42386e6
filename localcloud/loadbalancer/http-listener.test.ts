import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { send, useListener } from "./testing.ts";

const fixture = useListener();
const { serve } = fixture;

describe("a request", () => {
  it("reaches the target as it was sent, with headers that tell of the client", async () => {
    let seen: IncomingMessage | undefined;
    await serve((request, response) => {
      seen = request;
      response.end("hello");
    });
    const answer = await send(fixture.port, {
      path: "/a/b?c=d",
      headers: {
        Host: "demo.example:8080",
        Connection: "close, X-Secret",
        "X-Secret": "1",
        TE: "trailers",
        "X-Custom": "kept",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
      },
    });
    expect(answer).toMatchObject({ status: 200, body: "hello" });
    expect(seen?.method).toBe("GET");
    expect(seen?.url).toBe("/a/b?c=d");
    expect(seen?.headers).toMatchObject({
      host: "demo.example:8080",
      "x-custom": "kept",
      "x-forwarded-for": "203.0.113.7, 127.0.0.1",
      "x-forwarded-port": String(fixture.port),
      "x-forwarded-proto": "http",
      connection: "keep-alive",
    });
    expect(seen?.headers["x-amzn-trace-id"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(seen?.headers).not.toHaveProperty("te");
    expect(seen?.headers).not.toHaveProperty("x-secret");
    expect(seen?.rawHeaders).toContain("X-Custom");
  });

  it("in a proxy's absolute form reaches the target in origin form", async () => {
    await serve((request, response) => void response.end(request.url));
    const path = "http://demo.example/page?x=1";
    expect((await send(fixture.port, { path, headers: { Host: "demo.example" } })).body).toBe("/page?x=1");
    expect((await send(fixture.port, { path, headers: { Host: "other.example" } })).status).toBe(400);
  });

  it.each([
    ["POST", "content", { "Content-Length": "7" }, "7", undefined],
    ["POST", "content", { "Transfer-Encoding": "chunked" }, undefined, "chunked"],
    ["GET", "content", { "Transfer-Encoding": "chunked" }, undefined, "chunked"],
    ["DELETE", "content", { "Content-Length": "7" }, "7", undefined],
    ["POST", "", { "Content-Length": "0" }, "0", undefined],
    ["PUT", "", {}, "0", undefined],
    ["GET", "", {}, undefined, undefined],
  ])("%s with body '%s' keeps it, however it is framed: %j", async (method, body, headers, length, encoding) => {
    await serve(async (request, response) => {
      const read = await text(request);
      response.end(JSON.stringify([read, request.headers["content-length"], request.headers["transfer-encoding"]]));
    });
    const answer = await send(fixture.port, { method, headers, body });
    expect(JSON.parse(answer.body)).toEqual([body, length ?? null, encoding ?? null]);
  });

  it("that expects 100-continue is told to go on, and the target does not hear of it", async () => {
    await serve(async (request, response) => void response.end(`${request.headers.expect} ${await text(request)}`));
    const sent = request({ port: fixture.port, method: "POST", headers: { Expect: "100-continue" }, agent: false });
    const body = new Promise<string>((resolve, reject) => {
      sent.on("response", (answer) => text(answer).then(resolve, reject)).on("error", reject);
    });
    sent.on("continue", () => sent.end("body"));
    sent.flushHeaders();
    expect(await body).toBe("undefined body");
  });

  it("of an HTTP/1.0 client without a Host gets one", async () => {
    await serve((request, response) => void response.end(request.headers.host));
    const socket = connect(fixture.port, "127.0.0.1");
    socket.write("GET / HTTP/1.0\r\n\r\n");
    expect(await text(socket)).toMatch(new RegExp(`\r\n\r\n127.0.0.1:${fixture.port}$`));
  });

  it("with a method that has a body, but without one, is not sent in chunks", async () => {
    await serve(({ headers }, response) => {
      response.end(JSON.stringify([headers["content-length"], headers["transfer-encoding"]]));
    });
    const socket = connect(fixture.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: demo.example\r\nConnection: close\r\n\r\n");
    expect(await text(socket)).toMatch(/\r\n\r\n\["0",null\]$/);
  });

  it("for an upgrade is answered as an ordinary one, for a WebSocket refused by name", async () => {
    await serve((request, response) => void response.end(String(request.headers.upgrade)));
    const upgrade = (Upgrade: string) => send(fixture.port, { headers: { Connection: "Upgrade", Upgrade } });
    expect(await upgrade("h2c")).toMatchObject({ status: 200, body: "undefined" });
    expect(await upgrade("websocket")).toMatchObject({ status: 501, body: expect.stringContaining("WebSockets") });
  });

  it("that the client gives up is given up at the target", async () => {
    const closed = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    await serve((_request, response) => {
      response.on("close", closed.resolve);
      arrived.resolve();
    });
    const sent = request({ port: fixture.port, agent: false }).on("error", () => {});
    sent.end();
    await arrived.promise;
    sent.destroy();
    await closed.promise;
    expect(fixture.group.targets[0]?.inFlight.size).toBe(0);
  });
});

describe("an answer", () => {
  it("comes back with its status, reason and headers, without those of the connection", async () => {
    await serve((_request, response) => {
      response.writeHead(418, "Short and stout", [
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"],
        ["X-Custom", "kept"],
        ["Keep-Alive", "timeout=1234"],
      ]);
      response.end();
    });
    const answer = await send(fixture.port);
    expect(answer.status).toBe(418);
    expect(answer.headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], "x-custom": "kept" });
    expect(answer.headers["keep-alive"]).not.toBe("timeout=1234");
  });

  it("to HEAD keeps its length and has no body", async () => {
    await serve((_request, response) => void response.writeHead(200, { "Content-Length": "5" }).end());
    const answer = await send(fixture.port, { method: "HEAD" });
    expect(answer).toMatchObject({ status: 200, body: "" });
    expect(answer.headers["content-length"]).toBe("5");
  });

  it("that begins without a body shows its headers at once", async () => {
    const finish = Promise.withResolvers<() => void>();
    await serve((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
      finish.resolve(() => response.end("data: done\n\n"));
    });
    const sent = request({ port: fixture.port, agent: false });
    sent.end();
    const answer = await new Promise<IncomingMessage>((resolve) => sent.on("response", resolve));
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    (await finish.promise)();
    expect(await text(answer)).toBe("data: done\n\n");
  });

  it("that comes before the request's body is read reaches the client, whose connection stays usable", async () => {
    await serve((request, response) => {
      if (request.method === "POST") response.writeHead(413).end("too large");
      else response.end("next");
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = "x".repeat(4 * 1024 * 1024);
    const first = await send(fixture.port, { method: "POST", body, agent });
    expect(first).toMatchObject({ status: 413, body: "too large" });
    expect(await send(fixture.port, { agent })).toMatchObject({ status: 200, body: "next" });
    agent.destroy();
  });

  it.each([
    ["of a length", { "Content-Length": "100" }],
    ["in chunks", {}],
  ])("%s that breaks off is not taken for a whole one", async (_how, headers) => {
    await serve((_request, response) => {
      response.writeHead(200, headers);
      response.write("half", () => response.destroy());
    });
    await expect(send(fixture.port)).rejects.toThrow("aborted");
  });
});
