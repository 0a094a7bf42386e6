import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a file of the service, with nothing of this process's environment. */
function run(file: string, environment: Record<string, string>) {
  const child = spawn(process.execPath, [file], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let stdout = "";
  let stderr = "";
  const lines = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (const look of lines) look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  /** Resolves with the first line of the log that has this text. */
  const logged = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const line = stdout.split("\n").find((candidate) => candidate.includes(text));
        if (line === undefined) return;
        lines.delete(look);
        resolve(line);
      };
      lines.add(look);
      look();
      void ended.then(({ stderr: said }) => reject(new Error(`ended without logging ${text}: ${said}`)));
    });
  return { child, ended, logged };
}

async function serve(environment: Record<string, string> = {}) {
  const service = run("server.js", { PORT: "0", APP_VERSION: "1.2.3", ...environment });
  const port = /listens on (\d+)/.exec(await service.logged("listens on"))?.[1] ?? "";
  const stop = () => {
    service.child.kill("SIGTERM");
    return service.ended;
  };
  return { ...service, port: Number(port), url: `http://127.0.0.1:${port}`, stop };
}

function requests(log: string): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = log
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return lines.filter((line) => "status" in line);
}

function residentMib({ pid }: ChildProcess): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}

/** Sends raw bytes on a connection of its own, and reads to its end. */
async function open(port: number): Promise<{ socket: Socket; received: Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const received = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  return { socket, received };
}

describe("the demo service", () => {
  it("serves its pages with the version, escaped", async () => {
    const { url } = await serve({ APP_VERSION: "1.0 <b>&" });
    const home = await fetch(url);
    expect(home.status).toBe(200);
    expect(home.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const page = await home.text();
    expect(page).toContain("Hi there!");
    expect(page).toContain("1.0 &#60;b&#62;&#38;");
    expect(await (await fetch(`${url}/index.html?from=test`)).text()).toBe(page);
    expect(await (await fetch(`${url}/contactus.html`)).text()).toContain("Contact us");
    expect((await fetch(`${url}/style.css`)).headers.get("content-type")).toBe("text/css; charset=utf-8");
  });

  it.each(["/../package.json", "/%2e%2e/package.json", "/server.js", "/package.json", "/nothing", "/index.html/"])(
    "has no %s",
    async (path) => {
      const { port } = await serve();
      const { socket, received } = await open(port);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(await received).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  it("answers HEAD without a body, and refuses what it has no use for", async () => {
    const { url } = await serve();
    const head = await fetch(url, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(100);
    const post = await fetch(url, { method: "POST", body: "x".repeat(100_000) });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("says which version it is, and outside of Amazon ECS nothing more", async () => {
    const { url } = await serve();
    expect(await (await fetch(`${url}/version`)).json()).toEqual({ version: "1.2.3", revision: null, taskId: null });
  });

  it("says which revision and task it is, from the metadata endpoint", async () => {
    let asked = 0;
    const endpoint = createServer((request, response) => {
      asked++;
      expect(request.url).toBe("/v4/token/task");
      if (asked === 1) response.writeHead(500).end();
      else {
        const TaskARN = "arn:aws:ecs:us-east-1:000000000000:task/demo/0123456789abcdef";
        response.end(JSON.stringify({ Family: "web", Revision: "7", TaskARN }));
      }
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => endpoint.once("listening", resolve));
    const uri = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/v4/token`;
    const { url, logged } = await serve({ ECS_CONTAINER_METADATA_URI_V4: uri });
    expect(await (await fetch(`${url}/version`)).json()).toMatchObject({ revision: null, taskId: null });
    await logged("the task metadata endpoint did not answer: status 500");
    for (let time = 0; time < 2; time++) {
      const version = await (await fetch(`${url}/version`)).json();
      expect(version).toEqual({ version: "1.2.3", revision: "web:7", taskId: "0123456789abcdef" });
    }
    expect(asked).toBe(2);
    endpoint.closeAllConnections();
    await new Promise((resolve) => endpoint.close(resolve));
  });

  it("logs one line of JSON for each request", async () => {
    const { url, stop } = await serve();
    await fetch(`${url}/healthz?deep=1`);
    await fetch(`${url}/nothing`);
    const { stdout } = await stop();
    expect(requests(stdout)).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        method: "GET",
        path: "/healthz",
        status: 200,
        ms: expect.any(Number),
      },
      { time: expect.any(String), method: "GET", path: "/nothing", status: 404, ms: expect.any(Number) },
    ]);
  });

  it("passes and fails its container health check", async () => {
    const healthy = await serve();
    expect(await run("healthcheck.js", { PORT: String(healthy.port) }).ended).toMatchObject({ code: 0, stderr: "" });
    const unhealthy = await serve({ REHEARSE_UNHEALTHY: "true" });
    expect(await run("healthcheck.js", { PORT: String(unhealthy.port) }).ended).toMatchObject({
      code: 1,
      stderr: "unhealthy: GET /healthz answered 500\n",
    });
    await healthy.stop();
    expect((await run("healthcheck.js", { PORT: String(healthy.port) }).ended).stderr).toContain("ECONNREFUSED");
  });
});

describe("SIGTERM", () => {
  it("ends an idle service at once, with 0, whatever connections are open", async () => {
    const { port, stop } = await serve();
    const silent = await open(port);
    const idle = await open(port);
    idle.socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => idle.socket.once("data", resolve));
    expect((await stop()).code).toBe(0);
    expect(await idle.received).toContain("200 OK");
    expect(await silent.received).toBe("");
  });

  it("answers the request in flight, closes its connection, and takes no new ones", async () => {
    const { port, child, ended, url } = await serve();
    const { socket, received } = await open(port);
    // Keep-alive and busy: half of a second request is on its way when the signal comes.
    socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    socket.write("GET /version HTTP/1.1\r\nHost: a\r\n");
    // A request on another connection comes back only when the half one has been read as well.
    await fetch(`${url}/healthz`);
    child.kill("SIGTERM");
    while (
      await fetch(`${url}/healthz`).then(
        () => true,
        () => false,
      )
    );
    socket.write("\r\n");
    const answers = (await received).split("HTTP/1.1 ");
    expect(answers[2]).toMatch(/^200 OK\r\n/);
    expect(answers[2]).toMatch(/\r\nConnection: close\r\n/i);
    expect(answers[2]).toContain('"version":"1.2.3"');
    expect((await ended).code).toBe(0);
  });

  it("ends a service that is still starting", async () => {
    const { child, ended, logged } = run("server.js", { PORT: "0", REHEARSE_SLOW_START_MS: "600000" });
    await logged("starting slowly");
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("rehearsals", () => {
  it("serves, and exits after a time, and says why", async () => {
    const { url, ended } = await serve({ REHEARSE_EXIT_AFTER_MS: "300" });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await ended).toMatchObject({
      code: 1,
      stderr: "Error: cannot go on: REHEARSE_EXIT_AFTER_MS is 300, exiting with 1\n",
    });
  });

  it("answers its health check elsewhere, with another code, late", async () => {
    const { url, port, logged } = await serve({
      REHEARSE_HEALTH_PATH: "/health",
      REHEARSE_HEALTH_STATUS: "401",
      REHEARSE_HEALTH_DELAY_MS: "100",
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(404);
    const asked = performance.now();
    expect((await fetch(`${url}/health`)).status).toBe(401);
    expect(performance.now() - asked).toBeGreaterThan(99);
    await logged("health check answered late: REHEARSE_HEALTH_DELAY_MS is 100");
    await logged("health check failed: REHEARSE_HEALTH_STATUS is 401");
    const check = run("healthcheck.js", { PORT: String(port), REHEARSE_HEALTH_PATH: "/health" });
    expect((await check.ended).stderr).toBe("unhealthy: GET /health answered 401\n");
  });

  it("exits at the start, and says why", async () => {
    expect(await run("server.js", { PORT: "0", REHEARSE_EXIT_AT_START: "3" }).ended).toEqual({
      code: 3,
      stdout: "",
      stderr: "Error: cannot start: REHEARSE_EXIT_AT_START is set, exiting with 3\n",
    });
  });

  it("fails its health checks, and logs why, while it serves everything else", async () => {
    const { url, logged } = await serve({ REHEARSE_UNHEALTHY: "true" });
    expect((await fetch(`${url}/healthz`)).status).toBe(500);
    expect((await fetch(url)).status).toBe(200);
    expect(JSON.parse(await logged("health check failed"))).toMatchObject({
      level: "error",
      message: "health check failed: REHEARSE_UNHEALTHY is set",
    });
  });

  it("starts slowly", async () => {
    const before = performance.now();
    await serve({ REHEARSE_SLOW_START_MS: "400" });
    expect(performance.now() - before).toBeGreaterThanOrEqual(400);
  });

  it("leaks memory", async () => {
    const { child, logged } = await serve({ REHEARSE_LEAK_MIB_PER_SECOND: "200" });
    expect(await logged("leaking memory")).toContain("REHEARSE_LEAK_MIB_PER_SECOND is 200");
    // Without the leak the service stays below 100 MiB; the deadline is the test's own.
    while (residentMib(child) < 200) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it.each([
    ["PORT", "eighty"],
    ["PORT", "65536"],
    ["REHEARSE_UNHEALTHY", "yes"],
    ["REHEARSE_SLOW_START_MS", "-1"],
    ["REHEARSE_EXIT_AT_START", "256"],
  ])("refuses to start with %s=%s", async (name, value) => {
    expect(await run("server.js", { PORT: "0", [name]: value }).ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(new RegExp(`^Error: cannot start: ${name} must be .*"${value}"\n$`)),
    });
  });

  it("says so where its port is taken", async () => {
    const { port } = await serve();
    const { code, stderr } = await run("server.js", { PORT: String(port) }).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: cannot start: listen EADDRINUSE/);
  });
});
