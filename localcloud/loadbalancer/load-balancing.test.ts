import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import { type BoundListener, LoadBalancing } from "./load-balancing.ts";
import type { Router } from "./routes.ts";
import { send, startTarget } from "./testing.ts";

const nowhere: Router = () => ({ type: "forward", group: undefined });

let ports: Map<number, number>;
let told: BoundListener[];
let loadBalancing: LoadBalancing;

beforeEach(async () => {
  ports = new Map([
    [80, await freePort()],
    [81, await freePort()],
  ]);
  told = [];
  loadBalancing = new LoadBalancing({
    clock: new ManualClock(),
    portsFor: (port) => [ports.get(port) ?? 0],
    onListening: (listener) => told.push(listener),
  });
});

afterEach(() => loadBalancing.close());

async function freePort(): Promise<number> {
  const { port, close } = await startTarget(() => {});
  await close();
  return port;
}

/** What a request to the port that stands for a listener's port meets. */
async function met(port: number): Promise<unknown> {
  try {
    return (await send(ports.get(port) ?? 0)).status;
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

describe("a listener", () => {
  it("is told and shown with the port that was bound", async () => {
    await loadBalancing.open("listener", 80, nowhere);
    expect(loadBalancing.listeners()).toEqual([{ listenerArn: "listener", port: 80, boundPort: ports.get(80) }]);
    expect(told).toEqual(loadBalancing.listeners());
    expect(await met(80)).toBe(503);
  });

  it("moves to another port", async () => {
    await loadBalancing.open("listener", 80, nowhere);
    await loadBalancing.move("listener", 81);
    expect(loadBalancing.listeners()).toEqual([{ listenerArn: "listener", port: 81, boundPort: ports.get(81) }]);
    expect(told.map(({ port }) => port)).toEqual([80, 81]);
    expect([await met(80), await met(81)]).toEqual(["ECONNREFUSED", 503]);
  });

  it("takes along a route that changes while it moves", async () => {
    const paths: string[] = [];
    await loadBalancing.open("listener", 80, nowhere);
    const moving = loadBalancing.move("listener", 81);
    loadBalancing.route("listener", (request) => {
      paths.push(request.url ?? "");
      return nowhere(request);
    });
    await moving;
    await met(81);
    expect(paths).toEqual(["/"]);
  });

  it("that is shut while it moves leaves neither port bound", async () => {
    await loadBalancing.open("listener", 80, nowhere);
    await Promise.all([loadBalancing.move("listener", 81), loadBalancing.shut("listener")]);
    expect(loadBalancing.listeners()).toEqual([]);
    expect([await met(80), await met(81)]).toEqual(["ECONNREFUSED", "ECONNREFUSED"]);
  });

  it("that opens while everything is closed does not stay", async () => {
    const opening = loadBalancing.open("listener", 80, nowhere);
    await loadBalancing.close();
    await expect(opening).rejects.toThrow("The load balancer was closed while a listener opened.");
    expect(await met(80)).toBe("ECONNREFUSED");
  });
});
