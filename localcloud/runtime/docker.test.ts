import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { ManualClock } from "../clock.ts";
import { playEngine } from "./docker/engine.fixture.ts";
import { Engine } from "./docker/engine.ts";
import { dockerRuntime } from "./docker.ts";
import { CannotPull } from "./runtime.ts";

it("closes although the engine does not answer any more", async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), "docker-runtime-test-"));
  onTestFinished(() => rm(stateFolder, { recursive: true }));
  const { address, calls } = await playEngine({ "POST /containers/create": () => new Promise(() => {}) });
  const clock = new ManualClock();
  const runtime = await dockerRuntime({
    engine: await Engine.connect(address),
    images: { find: async () => Promise.reject(new CannotPull("none")) },
    credentials: () => ({ username: "AWS", password: "" }),
    stateFolder,
    clock,
  });
  const start = runtime.start({
    id: "one-web",
    name: "web",
    image: { reference: "web", digest: "sha256:0", config: {} },
    environment: {},
    containerPorts: [],
    onOutput: () => {},
  });
  const refused = expect(start).rejects.toThrow("Cannot connect to the Docker daemon");
  await vi.waitFor(() => expect(calls).toHaveLength(1));

  let closed = false;
  const closing = runtime.close().then(() => {
    closed = true;
  });
  await clock.advance(9_999);
  expect(closed).toBe(false);
  await clock.advance(1);
  await closing;
  await refused;
});
