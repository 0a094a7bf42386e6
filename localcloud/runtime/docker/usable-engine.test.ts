import { get } from "node:http";
import { describe, expect, it } from "vitest";
import { playEngine } from "./engine.fixture.ts";
import { findUsableEngine } from "./usable-engine.ts";

const bridge = (Gateway: string) => ({ body: { IPAM: { Config: [{ Gateway: "fe80::1" }, { Gateway }] } } });

/** An engine that asks the registry, as one on this machine does, for the image of `/distribution/HOST/NAME/json`. */
function asking(request: { url?: string }): Promise<{ status: number; body: object }> {
  const [, registry = ""] = /\/distribution\/([^/]+)\//.exec(request.url ?? "") ?? [];
  return new Promise((resolve) => {
    const answer = () => resolve({ status: 500, body: { message: "not found" } });
    get(`http://${registry}/v2/`, (response) => {
      response.resume();
      response.once("end", answer);
    }).once("error", answer);
  });
}

const unreachable = { status: 500, body: { message: "connect: connection refused" } };

async function find(answers: Parameters<typeof playEngine>[0], anyPath: (request: { url?: string }) => unknown) {
  const table = new Proxy(answers, {
    get: (known, path: string) => (path.startsWith("GET /distribution/") ? anyPath : known[path]),
  });
  const { address } = await playEngine(table);
  const DOCKER_HOST = `tcp://127.0.0.1:${address.port}`;
  return { DOCKER_HOST, found: await findUsableEngine({ DOCKER_HOST }) };
}

describe("an engine can be used", () => {
  it("that pulls from here, and whose bridge is this machine's", async () => {
    const { found } = await find({ "GET /networks/bridge": bridge("127.0.0.1") }, asking);
    expect(found).toMatchObject({ gateway: "127.0.0.1" });
    if ("engine" in found) found.engine.close();
  });

  it("unless it runs where this machine's 127.0.0.1 is another", async () => {
    const { found, DOCKER_HOST } = await find({ "GET /networks/bridge": bridge("127.0.0.1") }, () => unreachable);
    expect(found).toEqual({
      why: `the engine at ${DOCKER_HOST} cannot reach this machine's 127.0.0.1, as in a virtual machine`,
    });
  });

  it("unless its bridge is not on this machine, or it has none", async () => {
    const elsewhere = await find({ "GET /networks/bridge": bridge("192.0.2.77") }, asking);
    expect(elsewhere.found).toEqual({
      why: `the engine at ${elsewhere.DOCKER_HOST} has its networks elsewhere than on this machine`,
    });
    const without = await find({}, asking);
    expect(without.found).toEqual({ why: `the engine at ${without.DOCKER_HOST} has no default bridge network` });
  });

  it("unless none answers", async () => {
    expect(await findUsableEngine({ DOCKER_HOST: "unix:///nonexistent.sock" })).toEqual({
      why: expect.stringContaining("Cannot connect to the Docker daemon at unix:///nonexistent.sock"),
    });
  });
});
