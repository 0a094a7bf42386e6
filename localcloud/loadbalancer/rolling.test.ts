import { Agent } from "node:http";
import { expect, it } from "vitest";
import { type RunningTarget, send, startListener, startTarget } from "./testing.ts";

const REQUESTS = 500;
const CLIENTS = 16;

it("loses no request while targets come and go", async () => {
  const listener = await startListener();
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const start = (version: number) => startTarget((_request, response) => void response.end(String(version)));
  const running: RunningTarget[] = [await start(0)];
  await listener.register(...running.map(({ port }) => port));

  const statuses = new Map<number | undefined, number>();
  const versions = new Set<string>();
  let begun = 0;
  const client = async () => {
    while (begun < REQUESTS) {
      begun++;
      const { status, body } = await send(listener.port, { agent });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      versions.add(body);
    }
  };
  const rolling = async () => {
    // As a rolling update does it: start, register, wait until healthy, deregister, drain, stop.
    for (let version = 1; version <= 5; version++) {
      const reached = begun + REQUESTS / 10;
      while (begun < Math.min(reached, REQUESTS)) await new Promise((resolve) => setImmediate(resolve));
      const [old] = running;
      const next = await start(version);
      running.unshift(next);
      await listener.register(next.port);
      listener.group.deregister({ id: "127.0.0.1", port: old?.port ?? 0 });
      const draining = listener.group.targets.find(({ port }) => port === old?.port);
      while ((draining?.inFlight.size ?? 0) > 0) await new Promise((resolve) => setImmediate(resolve));
      await old?.close();
    }
  };
  await Promise.all([rolling(), ...Array.from({ length: CLIENTS }, client)]);

  agent.destroy();
  await listener.loadBalancing.close();
  await Promise.all(running.map((target) => target.close()));
  expect([...versions].sort()).toEqual(["0", "1", "2", "3", "4", "5"]);
  expect([...statuses.keys()]).toEqual([200]);
  expect(statuses.get(200)).toBeGreaterThanOrEqual(REQUESTS);
});
