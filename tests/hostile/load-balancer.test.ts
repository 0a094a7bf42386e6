/** Requests by which a client would have load balancer and target take a message's end for different places; and targets that answer badly. */
import { once } from "node:events";

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostileStage } from "./hostile-stage.fixture.ts";
import { requestOf, sendRaw, statusOf } from "./raw-socket.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

let stage: HostileStage;
let target: Server;
let listener: number;
/** What the target got, but for health checks, and what it does with it. */
let seen: string;
let answer: (socket: Socket) => void;

beforeAll(async () => {
  stage = await HostileStage.set();
  target = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      if (text.startsWith("GET /healthz")) return void socket.end(OK);
      seen += text;
      answer(socket);
    });
  }).listen(0, "127.0.0.1");
  await once(target, "listening");
  listener = await stage.forwardTo("web", (target.address() as AddressInfo).port);
});
afterAll(async () => {
  target.close();
  await stage.strike();
});

async function send(bytes: string, forMs = 500): Promise<string> {
  seen = "";
  return (await sendRaw(listener, bytes, { forMs })).text;
}

const post = (...headers: string[]) => requestOf("POST /", "Host: a", ...headers);
const get = (...headers: string[]) => requestOf("GET /", "Host: a", ...headers);
const chunks = "2\r\nhi\r\n0\r\n\r\n";

describe("a request", () => {
  it.each([
    [
      "Content-Length and Transfer-Encoding",
      400,
      `${post("Content-Length: 6", "Transfer-Encoding: chunked")}0\r\n\r\nX`,
    ],
    ["an encoding that only looks like chunked", 400, `${post("Transfer-Encoding: xchunked", "Content-Length: 3")}abc`],
    ["a space before the colon", 400, `${post("Transfer-Encoding : chunked")}${chunks}`],
    ["a folded header", 400, `${post("X: y", " Transfer-Encoding: chunked")}${chunks}`],
    ["two encodings", 400, `${post("Transfer-Encoding: chunked", "Transfer-Encoding: identity")}${chunks}`],
    ["an encoding besides chunked", 501, `${post("Transfer-Encoding: gzip, chunked")}${chunks}`],
    ["chunks in HTTP/1.0", 400, `${post("Transfer-Encoding: chunked").replace("1.1", "1.0")}${chunks}`],
    ["bare line feeds", 400, "GET / HTTP/1.1\nHost: a\n\n"],
    ["a bare line feed", 400, "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"],
    ["a bare carriage return", 400, "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"],
    ["a bare line feed in a chunk", 400, `${post("Transfer-Encoding: chunked")}2;\nhi\r\n0\r\n\r\n`],
    ["a negative chunk", 400, `${post("Transfer-Encoding: chunked")}-2\r\nhi\r\n0\r\n\r\n`],
    ["a chunk beyond all numbers", 400, `${post("Transfer-Encoding: chunked")}${"f".repeat(17)}\r\nhi`],
    ["more than its chunk", 400, `${post("Transfer-Encoding: chunked")}2\r\nhiXX\r\n0\r\n\r\n`],
    ["two lengths", 400, `${post("Content-Length: 2", "Content-Length: 3")}hi`],
    ["a list of lengths", 400, `${post("Content-Length: 2, 2")}hi`],
    ["a length with a sign", 400, `${post("Content-Length: +2")}hi`],
    ["two hosts", 400, requestOf("GET /", "Host: a", "Host: b")],
    ["a target that is another host's", 400, requestOf("GET http://b/", "Host: a")],
    ["a space in its path", 400, requestOf("GET /a b", "Host: a")],
    ["a later protocol's preface", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["CONNECT", 400, requestOf("CONNECT a:443", "Host: a:443")],
    ["TRACE", 405, requestOf("TRACE /", "Host: a")],
    ["a line of more than 16 KiB", 414, requestOf(`GET /${"a".repeat(17_000)}`, "Host: a")],
    ["a header of more than 16 KiB", 400, get(`X: ${"a".repeat(17_000)}`)],
    [
      "headers of more than 64 KiB",
      400,
      get(...Array.from({ length: 70 }, (_, index) => `X-${index}: ${"a".repeat(1_000)}`)),
    ],
    ["3,000 headers", 400, get(...Array.from({ length: 3_000 }, () => "a:"))],
    ["more than 30 addresses that it came by", 463, get(`X-Forwarded-For: ${Array(31).fill("192.0.2.1").join(", ")}`)],
  ] as const)("with %s is %i and not forwarded", async (_what, status, bytes) => {
    answer = (socket) => socket.write(OK);
    const text = await send(bytes);
    expect(statusOf(text)).toBe(status);
    expect(text).toContain("Server: awselb/2.0");
    // A body may have begun to go before its fault was seen.
    expect(seen).not.toMatch(/XX|gzip|identity/);
  });

  it("loses what is said of its connection, and nothing that tells its end", async () => {
    answer = (socket) => socket.write(OK);
    await send(
      `${post("Connection: X-Secret, Host, Content-Length", "X-Secret: 1", "Upgrade: h2c", "Content-Length: 2")}hi`,
    );
    expect(seen).toMatch(/^POST \/ HTTP\/1\.1\r\nHost: a\r\nContent-Length: 2\r\n/);
    expect(seen).not.toMatch(/secret|h2c/i);
    expect(await send(`${post("Transfer-Encoding: CHUNKED")}2;name=value\r\nhi\r\n0\r\n\r\n`)).toContain("200 OK");
    expect(seen).toMatch(/Transfer-Encoding: chunked\r\n(?!.*name=value)/);
  });

  it("that waits to be asked for its body is asked", async () => {
    answer = (socket) => socket.write(OK);
    const text = await send(`${post("Expect: 100-continue", "Content-Length: 2")}hi`);
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    expect(seen).not.toMatch(/expect/i);
  });
});

describe("a target", () => {
  const headers = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${lines.join("\r\n")}\r\nContent-Length: 2\r\n\r\nhi`;
  it.each([
    ["a status that is none", "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n"],
    ["status 000", "HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n"],
    ["a control character in its reason", "HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n"],
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["a control character in a header", headers("X: a\x01b")],
    ["a header that would be two", headers("X: a\rSet-Cookie: b")],
    ["bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"],
    ["two lengths", headers("Content-Length: 3")],
    ["a length and chunks", headers("Transfer-Encoding: chunked")],
    [
      "an encoding that it does not name in chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ],
    ["another protocol, as nobody asked", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
    ["headers of more than 32 KiB", headers(`X: ${"a".repeat(40_000)}`)],
    ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhi"],
  ])("that answers with %s is 502", async (_what, bytes) => {
    answer = (socket) => socket.end(Buffer.from(bytes, "latin1"));
    expect(statusOf(await send(get("Connection: close")))).toBe(502);
  });

  it("whose answer has no end for its headers is cut", async () => {
    answer = (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const more = setInterval(() => socket.write(`X: ${"a".repeat(1_000)}\r\n`), 5);
      socket.on("close", () => clearInterval(more));
    };
    expect(statusOf(await send(get("Connection: close"), 5_000))).toBe(502);
  });

  it("that answers half is a broken answer, not a whole one", async () => {
    answer = (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi");
    const { text, closed } = await sendRaw(listener, get(), { forMs: 2_000 });
    expect([text.endsWith("\r\n\r\nhi"), closed]).toEqual([true, true]);
  });

  it("that answers more than it was asked for gives nobody else the rest", async () => {
    answer = (socket) => socket.write(`${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(get("Connection: close"))));
    expect(answers.map((text) => text.slice(text.indexOf("\r\n\r\n") + 4))).toEqual(Array(20).fill("hi"));
  });

  it("that closes kept connections costs no request", async () => {
    answer = (socket) => {
      socket.write(OK);
      setTimeout(() => socket.destroy(), Math.random() * 3);
    };
    for (let round = 0; round < 30; round++) expect(statusOf(await send(get("Connection: close"), 3_000))).toBe(200);
  });

  it("that says what nobody asked before its answer, or after one that has no body", async () => {
    answer = (socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${OK}`);
    expect(await send(get("Connection: close"))).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*hi$/);
    answer = (socket) => socket.end("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi");
    const text = await send(get("Connection: close"));
    expect(text).toMatch(/^HTTP\/1\.1 204 No Content/);
    expect(text).not.toMatch(/content-length/i);
  });
});
