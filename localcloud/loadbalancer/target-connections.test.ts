import type { IncomingMessage } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { describe, expect, it } from "vitest";
import { send, useListener } from "./testing.ts";

const fixture = useListener();
const { serve } = fixture;

describe("connections to targets", () => {
  it("are kept and used again", async () => {
    const ports = new Set<number | undefined>();
    await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    for (let i = 0; i < 5; i++) await send(fixture.port);
    expect(ports.size).toBe(1);
  });

  it("that a target closes while they are used again lose no request that can be repeated", async () => {
    const served = new WeakSet<object>();
    let broken = 0;
    await serve((request, response) => {
      // Each connection serves one request and breaks at the second, as a target does whose keep-alive time is over.
      if (served.has(request.socket)) {
        broken++;
        request.socket.destroy();
      } else {
        served.add(request.socket);
        response.end("served");
      }
    });
    const answers = [await send(fixture.port), await send(fixture.port), await send(fixture.port)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(broken).toBe(1);
    const post = { method: "POST", headers: { "Content-Length": "0" } };
    expect(await send(fixture.port, post)).toMatchObject({ status: 502 });
    expect(await send(fixture.port, post)).toMatchObject({ status: 200 });
    expect(broken).toBe(2);
  });
});

it("does not repeat a request whose answer has begun", async () => {
  const requests: string[] = [];
  const target = createTcpServer((socket) => {
    socket.on("data", (data) => {
      requests.push(String(data).slice(0, 5));
      if (requests.length === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst");
      else socket.end("HTTP/1.1 200");
    });
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  await fixture.register((target.address() as AddressInfo).port);
  expect(await send(fixture.port)).toMatchObject({ status: 200, body: "first" });
  expect(await send(fixture.port)).toMatchObject({ status: 502 });
  expect(requests).toEqual(["GET /", "GET /"]);
  await new Promise((resolve) => target.close(resolve));
});

describe("a draining target", () => {
  it("finishes its requests, gets no new ones, and its idle connections are closed", async () => {
    const inFlight = Promise.withResolvers<() => void>();
    const sockets = new Set<IncomingMessage["socket"]>();
    const closed = Promise.withResolvers<void>();
    const old = await serve((request, response) => {
      sockets.add(request.socket);
      request.socket.once("close", () => {
        sockets.delete(request.socket);
        if (sockets.size === 0) closed.resolve();
      });
      if (request.url === "/slow") inFlight.resolve(() => response.end("finished"));
      else response.end("old");
    });
    const slow = send(fixture.port, { path: "/slow" });
    const finish = await inFlight.promise;
    expect((await send(fixture.port)).body).toBe("old");
    expect(sockets.size).toBe(2);

    fixture.group.deregister({ id: "127.0.0.1", port: old.port });
    await serve((_request, response) => void response.end("new"));
    expect((await send(fixture.port)).body).toBe("new");
    finish();
    expect(await slow).toMatchObject({ status: 200, body: "finished" });
    await closed.promise;
    expect(fixture.group.health({ id: "127.0.0.1", port: old.port })?.State).toBe("draining");
  });

  it("that is registered again keeps its connections", async () => {
    const ports = new Set<number | undefined>();
    const target = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    fixture.group.deregister({ id: "127.0.0.1", port: target.port });
    await fixture.register(target.port);
    for (let i = 0; i < 3; i++) await send(fixture.port);
    expect(ports.size).toBe(1);
  });

  it("loses what is still under way when the delay is over, and does not get it again", async () => {
    const arrived = Promise.withResolvers<void>();
    const paths: (string | undefined)[] = [];
    const target = await serve((request, response) => {
      paths.push(request.url);
      if (request.url === "/slow") arrived.resolve();
      else response.end();
    });
    await send(fixture.port, { path: "/first" });
    const answer = send(fixture.port, { path: "/slow" });
    await arrived.promise;
    fixture.group.settings = { ...fixture.group.settings, deregistrationDelaySeconds: 30 };
    fixture.group.deregister({ id: "127.0.0.1", port: target.port });
    await fixture.clock.advance(29_999);
    expect(fixture.group.targets).toHaveLength(1);
    await fixture.clock.advance(1);
    expect(await answer).toMatchObject({ status: 502 });
    expect(fixture.group.targets).toHaveLength(0);
    expect(paths).toEqual(["/first", "/slow"]);
  });
});

it("ends what is under way when it is closed", async () => {
  const arrived = Promise.withResolvers<void>();
  await serve(() => arrived.resolve());
  const answer = expect(send(fixture.port)).rejects.toThrow("socket hang up");
  await arrived.promise;
  await fixture.loadBalancing.close();
  await answer;
});
