import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { generatedBody } from "./generated-answers.ts";
import { send, useListener } from "./testing.ts";

const fixture = useListener();
const { serve } = fixture;

describe("the load balancer's own answers", () => {
  it.each([
    [502, 122],
    [503, 162],
    [504, 132],
  ] as const)("%i has AWS's %i bytes", (status, bytes) => {
    expect(Buffer.byteLength(generatedBody(status))).toBe(bytes);
  });

  it("503 where no target is registered", async () => {
    const answer = await send(fixture.port);
    expect(answer).toMatchObject({ status: 503, body: generatedBody(503) });
    expect(answer.headers).toMatchObject({ server: "awselb/2.0", "content-type": "text/html" });
  });

  it("503 leave the connection usable, also of a client that was sending a body", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = "x".repeat(4 * 1024 * 1024);
    expect(await send(fixture.port, { method: "POST", body, agent })).toMatchObject({ status: 503 });
    await serve((_request, response) => void response.end("next"));
    expect(await send(fixture.port, { agent })).toMatchObject({ status: 200, body: "next" });
    agent.destroy();
  });

  it("502 where the target refuses the connection", async () => {
    const target = await serve(() => {});
    await target.close();
    expect(await send(fixture.port)).toMatchObject({ status: 502, body: generatedBody(502) });
  });

  it("502 where the target closes the connection without an answer", async () => {
    await serve((request) => void request.socket.destroy());
    expect(await send(fixture.port)).toMatchObject({ status: 502 });
    expect(await send(fixture.port, { method: "POST", body: "body" })).toMatchObject({ status: 502 });
  });

  it("502 where the target does not speak HTTP", async () => {
    await serve((request) => void request.socket.end("what?\r\n\r\n"));
    expect(await send(fixture.port)).toMatchObject({ status: 502 });
  });

  it("504 where the target does not answer for 60 seconds", async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await serve((_request, response) => {
      response.on("close", closed.resolve);
      arrived.resolve();
    });
    const answer = send(fixture.port);
    await arrived.promise;
    await fixture.clock.advance(59_999);
    expect(fixture.group.targets[0]?.inFlight.size).toBe(1);
    await fixture.clock.advance(1);
    expect(await answer).toMatchObject({ status: 504, body: generatedBody(504) });
    await closed.promise;
  });

  it("none of them once an answer has begun: after 60 idle seconds the connection breaks", async () => {
    const began = Promise.withResolvers<() => void>();
    await serve((_request, response) => {
      response.write("begin", () => began.resolve(() => response.write("more")));
    });
    const sent = request({ port: fixture.port, agent: false });
    sent.end();
    const answer = await new Promise<IncomingMessage>((resolve) => sent.on("response", resolve));
    const read = expect(text(answer)).rejects.toThrow("aborted");
    const more = await began.promise;
    await fixture.clock.advance(40_000);
    const second = new Promise((resolve) => answer.once("data", resolve));
    more();
    await second;
    await fixture.clock.advance(59_999);
    expect(fixture.group.targets[0]?.inFlight.size).toBe(1);
    await fixture.clock.advance(1);
    await read;
  });
});
