import { access, readdir } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { eachTest, eventually, forever, isAlive, node, type RuntimeFixture } from "./process-fixture.ts";
import { processesOf, signal as sendSignal } from "./reaper/processes.ts";
import { CannotPull } from "./runtime.ts";

let fixture: RuntimeFixture;
eachTest((each) => {
  fixture = each;
});

describe("a container", () => {
  it("runs the image's command in its working directory and answers on its own port", async () => {
    const server =
      "require('http').createServer((_, answer) => answer.end(require('fs').readFileSync('index.html'))).listen(process.env.PORT)";
    const container = await fixture.start(
      { Entrypoint: ["node"], Cmd: ["/app/server.js"], WorkingDir: "/app" },
      [
        { name: "app/server.js", content: server },
        { name: "app/index.html", content: "Hi there!" },
      ],
      { containerPorts: [8080] },
    );
    const [binding] = container.bindings;
    expect(binding).toMatchObject({ containerPort: 8080, host: "127.0.0.1" });
    expect(await eventually(() => fetchText(`http://127.0.0.1:${binding?.hostPort}/`))).toBe("Hi there!");
    container.kill("SIGTERM");
    expect(await container.exited).toEqual({ exitCode: 143 });
  });

  it("has the image's environment, then the task's, on a clean base", async () => {
    process.env.SECRET_OF_THE_HOST = "x";
    const container = await fixture.start(
      {
        ...node("console.log(JSON.stringify(process.env))"),
        Env: ["A=image", "B=image=1", "EMPTY", "PATH=/app/bin", "PORT=80"],
      },
      [],
      { environment: { A: "task", PORT: "81" }, containerPorts: [8080, 9090] },
    );
    delete process.env.SECRET_OF_THE_HOST;
    expect(await container.exited).toEqual({ exitCode: 0 });
    const env = JSON.parse(fixture.lines.join(""));
    const folder = join(fixture.stateFolder, "containers", container.runtimeId);
    const [first, second] = container.bindings;
    expect(env).toEqual({
      A: "task",
      B: "image=1",
      EMPTY: "",
      PATH: `${folder}/bin:${folder}/rootfs/app/bin:/usr/local/bin:/usr/bin:/bin`,
      HOME: `${folder}/home`,
      TMPDIR: `${folder}/tmp`,
      PORT: String(first?.hostPort),
      PORT_8080: String(first?.hostPort),
      PORT_9090: String(second?.hostPort),
    });
    expect(first?.hostPort).not.toBe(second?.hostPort);
  });

  it("joins entry point and command as container engines do", async () => {
    const config = { Entrypoint: ["node", "-p", "process.argv.slice(1).join()"], Cmd: ["image"] };
    await (await fixture.start(config)).exited;
    await (await fixture.start(config, [], { command: ["task"] })).exited;
    await (await fixture.start(config, [], { entryPoint: ["node", "-p", "'own ' + process.argv.length"] })).exited;
    await (await fixture.start(config, [], { entryPoint: [], command: [] })).exited;
    expect(fixture.lines).toEqual(["image", "task", "own 1", "image"]);
  });

  it("has its output read to the end before it counts as ended", async () => {
    const container = await fixture.start(
      node("for (let i = 0; i < 20000; i++) console.log('line ' + i); console.error('done'); process.exitCode = 3"),
    );
    expect(await container.exited).toEqual({ exitCode: 3 });
    expect(fixture.lines.filter((line) => line.startsWith("line"))).toHaveLength(20_000);
    expect(fixture.lines.filter((line) => line.startsWith("!"))).toEqual(["! done"]);
  });

  it("takes all that it started with it, though that keeps its output open", async () => {
    const container = await fixture.start(
      node(`const { spawn } = require("node:child_process");
        const start = (options) => spawn(process.execPath, ["-e", ${JSON.stringify(forever)}], { stdio: "inherit", ...options }).pid;
        console.log(start({}), start({ cwd: "/", env: {} }), start({ detached: true }), start({ detached: true, cwd: "/" }));
        process.exit(0);`),
    );
    expect(await container.exited).toEqual({ exitCode: 0 });
    await eventually(() => expect((fixture.lines[0] ?? "").split(" ").filter(isAlive)).toEqual([]));
    expect(fixture.lines[0]?.split(" ")).toHaveLength(4);
  });

  it("does not wait for ever for what hides from it and keeps its output open", async () => {
    const hidden = `console.log(process.pid); setTimeout(() => console.log("late"), 100); ${forever}`;
    const options = '{ stdio: "inherit", detached: true, cwd: "/", env: {} }';
    const container = await fixture.start(
      node(`require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(hidden)}], ${options})
        .once("spawn", () => process.exit(0))`),
    );
    onTestFinished(() => sendSignal(Number(fixture.lines[0]), "SIGKILL"));
    let ended = false;
    void container.exited.then(() => {
      ended = true;
    });
    await eventually(() => expect(fixture.lines[1]).toBe("late"));
    expect(ended).toBe(false);
    await eventually(async () => {
      await fixture.clock.advance(1000);
      expect(ended).toBe(true);
    });
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGKILL", 137],
    ["SIGINT", 130],
  ] as const)("ended by %s has exit code %i", async (signal, exitCode) => {
    const container = await fixture.start(node(forever));
    container.kill(signal);
    expect(await container.exited).toEqual({ exitCode });
    container.kill(signal);
  });

  it("that handles SIGTERM chooses its exit code; only the main process hears it", async () => {
    const child = "process.on('SIGTERM', () => console.log('child heard')); console.log('ready');";
    const container = await fixture.start(
      node(`require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child + forever)}], { stdio: 'inherit' });
        process.on('SIGTERM', () => { console.log('bye'); process.exit(0) })`),
    );
    await eventually(() => expect(fixture.lines).toContain("ready"));
    container.kill("SIGTERM");
    expect(await container.exited).toEqual({ exitCode: 0 });
    expect(fixture.lines).toEqual(["ready", "bye"]);
  });

  it("writes to files of its own, which go with it", async () => {
    const config = {
      ...node(
        "require('fs').appendFileSync('/app/count'.slice(1), 'x'); console.log(require('fs').readFileSync('app/count', 'utf8'))",
      ),
    };
    const layers = [{ name: "app/count", content: "0" }];
    const first = await fixture.start(config, layers);
    await first.exited;
    await (await fixture.start(config, layers)).exited;
    expect(fixture.lines).toEqual(["0x", "0x"]);
    await first.remove();
    expect(await readdir(join(fixture.stateFolder, "containers"))).not.toContain(first.runtimeId);
  });

  it("says once that its USER is ignored", async () => {
    await (await fixture.start({ ...node(""), User: "0" })).exited;
    await (await fixture.start({ ...node(""), User: "node" })).exited;
    await (await fixture.start({ ...node(""), User: "node" })).exited;
    expect(fixture.notes).toEqual([expect.stringContaining("USER node of container web is ignored")]);
  });
});

describe("the runtime", () => {
  it("says why an image cannot be pulled", async () => {
    fixture.image = { config: {}, layers: [{ name: "../escape", content: "" }] };
    await expect(fixture.runtime.pull("web:1")).rejects.toThrow(CannotPull);
    await expect(fixture.runtime.pull("web:1")).rejects.toThrow(
      /^failed to extract layer sha256:\w{64}: invalid tar entry name/,
    );
  });

  it("gives every container its own port, also when they start together", async () => {
    const started = await Promise.all(
      Array.from({ length: 6 }, () => fixture.start(node(forever), [], { containerPorts: [80] })),
    );
    expect(new Set(started.map((container) => container.bindings[0]?.hostPort)).size).toBe(6);
  });

  it("closes by ending every container, and starts none afterwards", async () => {
    const running = await fixture.start(node(forever));
    const starting = fixture.start(node(forever)).catch((error: unknown) => error);
    await fixture.runtime.close();
    expect(await running.exited).toEqual({ exitCode: 137 });
    await starting;
    expect(await processesOf(fixture.stateFolder)).toEqual([]);
    await expect(fixture.start(node(forever))).rejects.toThrow("shutting down");
  });

  it.each(["../escape", "a/b", ".", ""])("takes no container id that is a path: %j", async (id) => {
    await expect(fixture.start(node(forever), [], { id })).rejects.toThrow("invalid container id");
    await expect(access(join(fixture.stateFolder, "escape"))).rejects.toThrow();
  });
});

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve(text));
    }).on("error", reject);
  });
}
