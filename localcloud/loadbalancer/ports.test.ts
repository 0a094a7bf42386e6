import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { bind, portsFor } from "./ports.ts";
import { startTarget } from "./testing.ts";

describe("portsFor", () => {
  it("begins with the listener's own port", () => {
    expect([...portsFor(3000)].slice(0, 3)).toEqual([3000, 3001, 3002]);
  });

  it("goes to 8080 where 80 cannot be had", () => {
    expect([...portsFor(80)].slice(0, 3)).toEqual([80, 8080, 8081]);
  });

  it("ends with any free port and never leaves the range of ports", () => {
    const ports = [...portsFor(65_534)];
    expect(ports).toEqual([65_534, 65_535, 0]);
  });
});

describe("bind", () => {
  it("takes the first port that is free, on 127.0.0.1 only", async () => {
    const taken = await startTarget(() => {});
    const server = createServer();
    const port = await bind(server, [taken.port, 0]);
    expect(port).not.toBe(taken.port);
    expect(server.address()).toMatchObject({ address: "127.0.0.1", port });
    await new Promise((resolve) => server.close(resolve));
    await taken.close();
  });

  it("fails where every port is taken", async () => {
    const taken = await startTarget(() => {});
    await expect(bind(createServer(), [taken.port])).rejects.toMatchObject({ code: "EADDRINUSE" });
    await taken.close();
  });
});
