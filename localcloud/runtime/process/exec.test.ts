import { describe, expect, it } from "vitest";
import { eachTest, eventually, forever, node, type RuntimeFixture } from "../process-fixture.ts";
import { processesOf } from "../reaper/processes.ts";

let fixture: RuntimeFixture;
eachTest((each) => {
  fixture = each;
});

describe("exec", () => {
  it("runs health checks in the container's folder and environment", async () => {
    const container = await fixture.start({ ...node(forever), WorkingDir: "/app" }, [
      { name: "app/ok", content: "" },
      { name: "check.js", content: "process.exit(process.env.PORT ? 0 : 9)" },
    ]);
    const { signal } = new AbortController();
    expect(await container.exec(["sh", "-c", 'test -f ok && test -n "$PORT" || exit 1'], signal)).toBe(0);
    expect(await container.exec(["/bin/sh", "-c", "test -f missing || exit 1"], signal)).toBe(1);
    expect(await container.exec(["sh", "-c", "node -e 'process.exit(7)'"], signal)).toBe(7);
    expect(await container.exec(["node", "/check.js"], signal)).toBe(0);
    expect(await container.exec(["curl-of-the-image", "-f"], signal)).toBe(127);
  });

  it("is killed when the patience ends, with all that it started", async () => {
    const container = await fixture.start(node(forever));
    const abort = new AbortController();
    const running = container.exec(["sh", "-c", "sleep 1000 & sleep 1000"], abort.signal);
    await eventually(async () => expect(await processesOf(fixture.stateFolder)).toHaveLength(4));
    abort.abort();
    expect(await running).toBe(137);
    await eventually(async () => expect(await processesOf(fixture.stateFolder)).toHaveLength(1));
    expect(await container.exec(["sh", "-c", "exit 0"], abort.signal)).toBe(137);
  });

  it("ends with the container", async () => {
    const container = await fixture.start(node(forever));
    const running = container.exec(["node", "-e", forever], new AbortController().signal);
    await eventually(async () => expect(await processesOf(fixture.stateFolder)).toHaveLength(2));
    container.kill("SIGKILL");
    expect(await running).toBe(137);
    await container.exited;
    expect(await container.exec(["sh", "-c", "exit 0"], new AbortController().signal)).toBe(137);
  });
});
