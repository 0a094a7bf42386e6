/** Clients that hold on to what they do not use. Others are served meanwhile, and what they held is free again. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostileStage } from "./hostile-stage.fixture.ts";
import { openMany, requestOf } from "./raw-socket.ts";

const MIB = 1024 * 1024;
/** The real time-outs, minutes long, are waited for in .ci/nightly only. */
const realTimeouts = process.env.HOSTILE_TIMEOUTS !== undefined;

let stage: HostileStage;
let listener: number;
let layer: string;
beforeAll(async () => {
  stage = await HostileStage.set("process");
  await stage.ecr.createRepository({ repositoryName: "web" });
  listener = await stage.listener("open", {
    Type: "fixed-response",
    FixedResponseConfig: { StatusCode: "200", MessageBody: "open", ContentType: "text/plain" },
  });
  const bytes = Buffer.alloc(32 * MIB, "layer");
  layer = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const { status } = await stage.registry("POST", `/v2/web/blobs/uploads/?digest=${layer}`, { body: bytes });
  expect(status).toBe(201);
});
afterAll(() => stage.strike());

/** Milliseconds that each of the doors takes for somebody who behaves. */
async function served(): Promise<number[]> {
  const calls: (() => Promise<unknown>)[] = [
    () => stage.ecs.listClusters({}),
    () => stage.registry("HEAD", `/v2/web/blobs/${layer}`),
    () => fetch(`http://127.0.0.1:${listener}/`),
  ];
  return Promise.all(
    calls.map(async (call) => {
      const startedAt = performance.now();
      await call();
      return performance.now() - startedAt;
    }),
  );
}

async function freed(openFiles: number): Promise<void> {
  await expect.poll(() => stage.openFiles(), { timeout: 10_000 }).toBeLessThanOrEqual(openFiles + 5);
}

describe("2,000 connections", () => {
  const head = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${stage.host}\r\n`;
  it.each<[string, () => number, () => string]>([
    ["say nothing", () => stage.port, () => ""],
    ["end no header", () => stage.port, () => `${head("/v2/")}X: `],
    ["say nothing to a load balancer", () => listener, () => ""],
    ["end no body", () => stage.port, () => `POST / HTTP/1.1\r\nHost: ${stage.host}\r\nContent-Length: 100\r\n\r\n{`],
    [
      "end no body for a load balancer",
      () => listener,
      () => "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{",
    ],
  ])("that %s keep nobody else waiting", async (_what, port, bytes) => {
    const openFiles = await stage.openFiles();
    const before = await stage.rssMib();
    const sockets = await openMany(port(), 2_000, bytes());
    expect(Math.max(...(await served()))).toBeLessThan(2_000);
    expect(await stage.rssMib()).toBeLessThan(before + 120);
    for (const socket of sockets) socket.destroy();
    await freed(openFiles);
  });
});

it("200 pulls that nobody reads cost a buffer each, not a layer", async () => {
  const openFiles = await stage.openFiles();
  const before = await stage.rssMib();
  const pull = requestOf(`GET /v2/web/blobs/${layer}`, `Host: ${stage.host}`, `Authorization: ${stage.authorization}`);
  const sockets = await openMany(stage.port, 200, pull);
  await expect.poll(() => stage.openFiles(), { timeout: 10_000 }).toBeGreaterThan(openFiles + 390);
  expect(Math.max(...(await served()))).toBeLessThan(2_000);
  expect(await stage.rssMib()).toBeLessThan(before + 150);
  for (const socket of sockets) socket.destroy();
  await freed(openFiles);
});

it("an upload that is broken off leaves what it sent for whoever goes on, and nothing once it is cancelled", async () => {
  const folder = (await readdir(tmpdir())).find((name) => name.startsWith(`ecs-pipeline-local-${stage.pid}-`)) ?? "";
  const uploads = join(tmpdir(), folder, "registry", "uploads");
  const openFiles = await stage.openFiles();
  const begun = await stage.registry("POST", "/v2/web/blobs/uploads/");
  const location = new URL(begun.headers.get("location") ?? "");
  const own = [`Host: ${stage.host}`, `Authorization: ${stage.authorization}`, `Content-Length: ${1024 * MIB}`];
  const [socket] = await openMany(stage.port, 1, requestOf(`PATCH ${location.pathname}`, ...own));
  socket?.write(Buffer.alloc(8 * MIB));
  const came = async () => Number((await stage.registry("GET", location.pathname)).headers.get("range")?.split("-")[1]);
  await expect.poll(came, { timeout: 5_000 }).toBe(8 * MIB - 1);
  socket?.destroy();
  await freed(openFiles);
  expect(await came()).toBe(8 * MIB - 1);
  expect((await stage.registry("DELETE", location.pathname)).status).toBe(204);
  expect(await readdir(uploads)).toEqual([]);

  const whole = requestOf(`POST /v2/web/blobs/uploads/?digest=${layer}`, ...own);
  const [other] = await openMany(stage.port, 1, Buffer.concat([Buffer.from(whole), Buffer.alloc(8 * MIB)]));
  await expect.poll(async () => (await readdir(uploads)).length, { timeout: 5_000 }).toBe(1);
  other?.destroy();
  await expect.poll(() => readdir(uploads), { timeout: 5_000 }).toEqual([]);
});

if (realTimeouts) {
  it("ends every connection that is not used, in the time-outs as they are", { timeout: 300_000 }, async () => {
    const openFiles = await stage.openFiles();
    const body = `POST / HTTP/1.1\r\nHost: ${stage.host}\r\nContent-Length: 100\r\n\r\n{`;
    const pull = requestOf(
      `GET /v2/web/blobs/${layer}`,
      `Host: ${stage.host}`,
      `Authorization: ${stage.authorization}`,
    );
    const sockets = (
      await Promise.all([
        openMany(stage.port, 50),
        openMany(stage.port, 50, "GET / HTTP/1.1\r\nX: "),
        openMany(stage.port, 50, body),
        openMany(stage.port, 50, pull),
        openMany(listener, 50),
        openMany(listener, 50, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"),
      ])
    ).flat();
    await expect
      .poll(() => stage.openFiles(), { timeout: 290_000, interval: 1_000 })
      .toBeLessThanOrEqual(openFiles + 5);
    for (const socket of sockets) socket.destroy();
  });
}
