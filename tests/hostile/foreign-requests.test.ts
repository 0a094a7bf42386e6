/** What a page in a browser, or a name that somebody else made resolve to this machine, can reach: nothing. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostileStage } from "./hostile-stage.fixture.ts";
import { requestOf, sendRaw } from "./raw-socket.ts";

const PATHS = [
  "/",
  "/v2/",
  "/v2/_catalog",
  "/_localcloud/journal",
  "/_localcloud/faults",
  "/v4/token",
  "/credentials/token",
];

let stage: HostileStage;
let listener: number;
beforeAll(async () => {
  stage = await HostileStage.set();
  listener = await stage.listener("open", {
    Type: "fixed-response",
    FixedResponseConfig: { StatusCode: "200", MessageBody: "open", ContentType: "text/plain" },
  });
});
afterAll(() => stage.strike());

async function ask(line: string, ...headers: string[]) {
  return sendRaw(stage.port, requestOf(line, "Connection: close", ...headers));
}

describe.each(PATHS)("the API port at %s", (path) => {
  it("answers to no other host", async () => {
    const hosts = [
      "evil.com",
      `evil.com:${stage.port}`,
      `127.0.0.1.evil.com:${stage.port}`,
      "localhost.evil.com",
      "127.0.0.2",
      `user@127.0.0.1:${stage.port}`,
      `127.0.0.1:${stage.port}@evil.com`,
      "127.0.0.1:",
      "[::1",
      "localhost.",
      "0.0.0.0",
      "",
    ];
    for (const host of hosts) expect([host, (await ask(`GET ${path}`, `Host: ${host}`)).status]).toEqual([host, 403]);
    expect((await ask(`GET ${path}`)).status).toBe(400);
    expect((await ask(`GET ${path}`, `Host: ${stage.host}`, "Host: evil.com")).status).toBe(403);
    expect((await ask(`GET ${path}`, "Host: evil.com", `Host: ${stage.host}`)).status).toBe(403);
    expect((await ask(`GET http://evil.com${path}`, `Host: ${stage.host}`)).status).toBe(403);
    expect((await ask(`GET http://${stage.host}${path}`, `Host: ${stage.host}`)).status).toBe(403);
    expect((await sendRaw(stage.port, `GET ${path} HTTP/1.0\r\n\r\n`)).status).toBe(403);
  });

  it("answers no page of a browser, and permits it nothing", async () => {
    const own = `Host: ${stage.host}`;
    const pages = [
      ["GET", "Origin: http://evil.com"],
      ["GET", "Origin: null"],
      ["POST", `Origin: http://${stage.host}`, "Content-Type: text/plain", "Content-Length: 0"],
      ["GET", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"],
      ["GET", "Sec-Fetch-Site: same-site"],
      ["GET", "Referer: http://evil.com/page"],
      ["GET", "Referer: nonsense"],
      ["OPTIONS", "Origin: http://evil.com", "Access-Control-Request-Method: PUT"],
      ["OPTIONS", "Origin: http://evil.com", "Access-Control-Request-Private-Network: true"],
    ] as const;
    for (const [method, ...headers] of pages) {
      const answer = await ask(`${method} ${path}`, own, ...headers);
      expect([headers, answer.status]).toEqual([headers, 403]);
      expect(answer.text).not.toMatch(/access-control-/i);
    }
  });

  it("answers programs by each of this machine's names, and a person who typed the address", async () => {
    const ordinary = (await ask(`GET ${path}`, `Host: ${stage.host}`)).text.split("\r\n", 1);
    const names = [
      `localhost:${stage.port}`,
      `LOCALHOST:${stage.port}`,
      `[::1]:${stage.port}`,
      "127.0.0.1",
      "localhost",
    ];
    for (const name of names)
      expect((await ask(`GET ${path}`, `Host: ${name}`)).text.split("\r\n", 1)).toEqual(ordinary);
    const typed = await ask(`GET ${path}`, `Host: ${stage.host}`, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate");
    expect(typed.text.split("\r\n", 1)).toEqual(ordinary);
  });
});

describe("methods that are for proxies", () => {
  it.each(["CONNECT evil.com:443", "TRACE /", "OPTIONS *"])("%s gets nothing", async (line) => {
    const { text, status } = await ask(line, `Host: ${stage.host}`);
    expect([0, 400, 403]).toContain(status);
    expect(text).not.toContain("200 OK");
  });

  it("an upgrade is an ordinary request", async () => {
    for (const upgrade of ["h2c", "websocket"]) {
      const { text } = await ask("GET /_localcloud/listeners", `Host: ${stage.host}`, `Upgrade: ${upgrade}`);
      expect(text).toContain("listeners");
    }
    expect((await sendRaw(stage.port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).status).toBe(400);
  });
});

it("a load balancer's listener answers to any host: rules match on it", async () => {
  for (const host of ["evil.com", "shop.example:8080", "127.0.0.1"]) {
    const { text } = await sendRaw(
      listener,
      requestOf("GET /", `Host: ${host}`, "Origin: http://evil.com", "Connection: close"),
    );
    expect(text).toContain("open");
  }
});
