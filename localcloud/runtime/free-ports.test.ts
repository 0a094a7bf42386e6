import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { FreePorts } from "./free-ports.ts";

describe("free ports", () => {
  it("are never given twice, however many ask at once", async () => {
    const ports = new FreePorts();
    const given = await Promise.all(Array.from({ length: 50 }, () => ports.reserve()));
    expect(new Set(given).size).toBe(50);
  });

  it("are not given again at once when they are released", async () => {
    const ports = new FreePorts();
    const first = await ports.reserve();
    ports.release(first);
    expect(await ports.reserve()).not.toBe(first);
  });

  it("leave out what somebody listens on", async () => {
    const before = await new FreePorts().reserve();
    const server = createServer();
    const ports = new FreePorts();
    const first = await ports.reserve();
    // The next in turn, or a later one where that is taken already.
    const taken = await new Promise<number>((resolve) => {
      let port = first + 1;
      server.on("error", () => server.listen(++port, "127.0.0.1"));
      server.listen(port, "127.0.0.1", () => resolve(port));
    });
    const given = await Promise.all(Array.from({ length: taken - first + 2 }, () => ports.reserve()));
    expect(given).not.toContain(taken);
    expect(before).toBeGreaterThan(1024);
    await new Promise((resolve) => server.close(resolve));
  });

  it("are none that the kernel gives to outgoing connections", async () => {
    const range = await readFile("/proc/sys/net/ipv4/ip_local_port_range", "utf8").catch(() => "49152 65535");
    const [first = 0, last = 0] = range.trim().split(/\s+/).map(Number);
    const port = await new FreePorts().reserve();
    expect(port < first || port > last).toBe(true);
  });
});
