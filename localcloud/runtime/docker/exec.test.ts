import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, onTestFinished, vi } from "vitest";
import { playEngine } from "./engine.fixture.ts";
import { Engine } from "./engine.ts";
import { execInContainer } from "./exec.ts";

it("kills no process of this machine that is not in the container", async () => {
  const bystander = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  onTestFinished(() => {
    bystander.kill("SIGKILL");
  });
  const { address, calls } = await playEngine({
    "POST /containers/one/exec": { status: 201, body: { Id: "check" } },
    // An answer that has begun and does not end.
    "POST /exec/check/start": (request) => {
      setImmediate(() => request.socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n"));
      return new Promise(() => {});
    },
    "GET /exec/check/json": { body: { ExitCode: null, Pid: bystander.pid } },
  });
  const engine = await Engine.connect(address);
  const patience = new AbortController();
  const hanging = execInContainer(engine, "one", ["sleep"], patience.signal);
  await vi.waitFor(() => expect(calls).toContain("POST /exec/check/start"));
  patience.abort();
  expect(await hanging).toBe(137);
  expect(calls).toContain("GET /exec/check/json");
  // Whatever signal it got before this one is what it ended by.
  const ended = once(bystander, "exit");
  bystander.kill("SIGTERM");
  expect(await ended).toEqual([null, "SIGTERM"]);
  engine.close();
});
