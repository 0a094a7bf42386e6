import { once } from "node:events";
import type { RequestListener } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { boundedServer } from "./bounded-server.ts";

const bounds = { headersMs: 150, idleMs: 300 };

async function start(listener: RequestListener, refuse?: () => string): Promise<(bytes: string) => Promise<Socket>> {
  const server = boundedServer(listener, { ...bounds, ...(refuse === undefined ? {} : { refuse }) });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return async (bytes) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    socket.write(bytes);
    return socket;
  };
}

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/** Milliseconds until the other side closes. */
async function untilClosed(socket: Socket): Promise<number> {
  const startedAt = performance.now();
  await new Promise((resolve) => socket.resume().on("close", resolve));
  return performance.now() - startedAt;
}

it.each([
  ["says nothing", ""],
  ["ends no header", "GET / HTTP/1.1\r\nX: "],
  ["ends no body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"],
])("loses a client that %s", async (_what, bytes) => {
  const open = await start(() => {});
  expect(await untilClosed(await open(bytes))).toBeLessThan(5_000);
});

it("loses a client that reads nothing of its answer", async () => {
  const closed = Promise.withResolvers<void>();
  const open = await start((_request, response) => {
    response.on("close", closed.resolve);
    response.end(Buffer.alloc(64 * 1024 * 1024));
  });
  (await open(GET)).pause();
  await closed.promise;
});

it("waits as long as itself takes to answer", async () => {
  const open = await start((_request, response) => void setTimeout(() => response.end("late"), bounds.idleMs * 2));
  const socket = await open(GET);
  expect(String((await once(socket, "data"))[0])).toContain("late");
});

it("cuts off who sends more ahead of the answers than anybody does, before the work is begun", async () => {
  let begun = 0;
  const open = await start(() => void begun++);
  await untilClosed(await open(GET.repeat(1_000)));
  expect(begun).toBe(64);
});

it("answers what it cannot read with the message that it was given, once and not into an answer", async () => {
  const open = await start(
    (_request, response) => void response.write("begun"),
    () => "HTTP/1.1 400 Mine\r\n\r\n",
  );
  expect(String((await once(await open("nonsense\r\n\r\n"), "data"))[0])).toBe("HTTP/1.1 400 Mine\r\n\r\n");
  const socket = await open("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  await once(socket, "data");
  socket.write("nonsense\r\n");
  await untilClosed(socket);
  expect(text).toContain("begun");
  expect(text).not.toContain("Mine");
});

it("holds nothing of an answered client that goes away in the middle of its body", async () => {
  const [set, cleared] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
  onTestFinished(() => void vi.restoreAllMocks());
  const open = await start((_request, response) => void response.end("early"));
  const socket = await open("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{");
  await once(socket, "data");
  const timer = set.mock.results[set.mock.calls.findIndex(([, ms]) => ms === 60_000)]?.value;
  expect(timer).toBeDefined();
  socket.destroy();
  await vi.waitFor(() => expect(cleared).toHaveBeenCalledWith(timer));
});
