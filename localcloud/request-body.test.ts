import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { ManualClock } from "./clock.ts";
import { BodyTooLarge, BodyTooSlow, readBody } from "./request-body.ts";

const clock = new ManualClock();

/** Sends the bytes as the body's beginning. @returns what came of reading it, and the connection. */
async function read(length: number, bytes: string | Buffer, maxBytes = 1_000_000): Promise<[Promise<unknown>, Socket]> {
  const outcome = Promise.withResolvers<unknown>();
  const server = createServer((request, response) => {
    readBody(request, maxBytes, clock).then(outcome.resolve, outcome.resolve);
    outcome.promise.then(() => response.end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1")
    .on("error", () => {})
    .setNoDelay();
  const asked = once(server, "request");
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`);
  socket.write(bytes);
  await asked;
  return [outcome.promise, socket];
}

it("is what was sent, in however many pieces", async () => {
  const text = "a body in pieces of one byte ".repeat(40);
  const [body, socket] = await read(text.length, text.slice(0, 1));
  for (const character of text.slice(1)) if (!socket.write(character)) await once(socket, "drain");
  expect(String(await body)).toBe(text);
});

it("may have as many bytes as it may, and no more", async () => {
  expect(await (await read(100, "x".repeat(100), 100))[0]).toEqual(Buffer.alloc(100, "x"));
  expect(await (await read(101, "x".repeat(101), 100))[0]).toBeInstanceOf(BodyTooLarge);
  expect(await (await read(0, ""))[0]).toEqual(Buffer.alloc(0));
});

it("that is too large is read to its end before it is refused, so that its sender reads why", async () => {
  const [body, socket] = await read(10_000_000, Buffer.alloc(5_000_000), 100);
  const early = await Promise.race([body, new Promise((resolve) => setTimeout(resolve, 50, "not yet"))]);
  socket.write(Buffer.alloc(5_000_000));
  expect([early, await body]).toEqual(["not yet", expect.any(BodyTooLarge)]);
});

it("comes within a minute", async () => {
  const [body] = await read(100, "{");
  await clock.advance(60_000);
  expect(await body).toBeInstanceOf(BodyTooSlow);
});

it("of a client that goes away is an error like any other", async () => {
  const [body, socket] = await read(100, "{");
  socket.destroy();
  const error = await body;
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(BodyTooLarge);
});
