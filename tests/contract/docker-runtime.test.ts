/** The docker runtime, with a real engine: what localcloud/runtime/process.test.ts is for processes. */
import { spawnSync } from "node:child_process";
import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { labelled, ownLabels } from "../../localcloud/runtime/docker/labels.ts";
import { removeContainer, sweepEngine } from "../../localcloud/runtime/docker/removal.ts";
import { CannotCreate, CannotPull, CannotStart, type TaskPlacement } from "../../localcloud/runtime/runtime.ts";
import { describeWithEngine, engine, nodeImage, testLabel } from "../engine.fixture.ts";
import { DockerFixture, eventually } from "./docker-runtime.fixture.ts";

const forever = "setInterval(() => {}, 1000)";
const server = "require('http').createServer((_, answer) => answer.end('Hi there!')).listen(8080)";
const { signal: never } = new AbortController();

describeWithEngine("a container of the docker runtime", () => {
  let docker: DockerFixture;
  beforeAll(async () => {
    docker = await DockerFixture.set();
    await docker.build(
      "configured",
      'ENV A=image B="image 1"\nWORKDIR /work\nUSER 1000:1000\nENTRYPOINT ["node", "-p"]\nCMD ["\'command of the image\'"]',
    );
  }, 120_000);
  afterAll(async () => {
    await docker?.strike();
    expect(await labelled(engine(), "containers", docker.stateFolder)).toEqual([]);
  });

  it("runs the program and answers on a port of 127.0.0.1", async () => {
    const container = await docker.start(server, { containerPorts: [8080] });
    const [binding] = container.bindings;
    expect(binding).toMatchObject({ containerPort: 8080, host: "127.0.0.1" });
    expect(await eventually(async () => (await fetch(`http://127.0.0.1:${binding?.hostPort}/`)).text())).toBe(
      "Hi there!",
    );
    container.kill("SIGKILL");
    expect(await container.exited).toEqual({ exitCode: 137 });
    await container.remove();
  });

  it("has its output read to the end, each stream by itself, before it counts as ended", async () => {
    const container = await docker.start(
      "for (let i = 0; i < 20000; i++) console.log('line ' + i); console.error('done'); process.exitCode = 3",
    );
    expect(await container.exited).toEqual({ exitCode: 3 });
    expect(docker.lines.filter((line) => line.startsWith("line"))).toHaveLength(20_000);
    expect(docker.lines.filter((line) => line.startsWith("!"))).toEqual(["! done"]);
  });

  it("has what the image configures, and what the task definition says instead", async () => {
    const ask = "JSON.stringify([process.env.A, process.env.B, process.cwd(), process.getuid(), process.env.HOSTILE])";
    const start = (spec: object) => docker.start("", { entryPoint: undefined, ...spec }, "configured");
    await (await start({})).exited;
    expect(docker.lines).toEqual(["command of the image"]);
    await (await start({ command: [ask] })).exited;
    expect(JSON.parse(docker.lines.join(""))).toEqual(["image", "image 1", "/work", 1000, null]);
    await (
      await start({
        command: [ask],
        environment: { A: "task", HOSTILE: "$A\n'\"" },
        workingDirectory: "/tmp",
        user: "0",
      })
    ).exited;
    expect(JSON.parse(docker.lines.join(""))).toEqual(["task", "image 1", "/tmp", 0, "$A\n'\""]);
  });

  it("handles SIGTERM itself, and is ended by SIGKILL when it does not", async () => {
    const polite = await docker.start(
      `process.on('SIGTERM', () => { console.log('bye'); process.exit(0) }); console.log('up');${forever}`,
    );
    await eventually(() => expect(docker.lines).toEqual(["up"]));
    polite.kill("SIGTERM");
    expect(await polite.exited).toEqual({ exitCode: 0 });
    expect(docker.lines).toEqual(["up", "bye"]);

    const deaf = await docker.start(`process.on('SIGTERM', () => console.log('heard')); console.log('up');${forever}`);
    await eventually(() => expect(docker.lines).toEqual(["up"]));
    deaf.kill("SIGTERM");
    await eventually(() => expect(docker.lines).toEqual(["up", "heard"]));
    deaf.kill("SIGKILL");
    expect(await deaf.exited).toEqual({ exitCode: 137 });
    deaf.kill("SIGTERM");
  });

  it("is killed where it wants more memory than it may have, and that is the reason", async () => {
    const container = await docker.start("const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))", {
      limits: { memoryMib: 64 },
    });
    expect(await container.exited).toEqual({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
  });

  it("has the limits and settings of its definition", async () => {
    const container = await docker.start(forever, {
      limits: { cpuShares: 128, vcpus: 0.25, memoryMib: 256, memoryReservationMib: 128 },
      linux: {
        initProcessEnabled: true,
        readonlyRootFilesystem: true,
        ulimits: [{ name: "nofile", softLimit: 100, hardLimit: 200 }],
        capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] },
      },
    });
    const { HostConfig } = await engine().json(
      v.object({ HostConfig: v.looseObject({}) }),
      "GET",
      `/containers/${container.runtimeId}/json`,
    );
    const mib = 1024 * 1024;
    expect(HostConfig).toMatchObject({
      CpuShares: 128,
      NanoCpus: 250_000_000,
      Memory: 256 * mib,
      MemorySwap: 256 * mib,
      MemoryReservation: 128 * mib,
      Init: true,
      ReadonlyRootfs: true,
      Ulimits: [{ Name: "nofile", Soft: 100, Hard: 200 }],
      CapDrop: ["ALL"],
    });
    await container.remove();
    expect(await container.exited).toEqual({ exitCode: 137 });
  });

  it("runs commands inside: their exit code, none that is not there, and no longer than the patience", async () => {
    const container = await docker.start(`console.log('up'); ${forever}`);
    expect(await container.exec(["node", "-e", "process.exitCode = 5"], never)).toBe(5);
    expect(await container.exec(["no-such-program"], never)).toBeGreaterThan(0);
    const count = "require('fs').readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length";
    const patience = new AbortController();
    const hanging = container.exec(["node", "-e", forever], patience.signal);
    await eventually(async () =>
      expect(await container.exec(["node", "-e", `process.exitCode = ${count}`], never)).toBe(3),
    );
    patience.abort();
    expect(await hanging).toBe(137);
    await eventually(async () =>
      expect(await container.exec(["node", "-e", `process.exitCode = ${count}`], never)).toBe(2),
    );
    container.kill("SIGKILL");
    await container.exited;
    expect(await container.exec(["node", "-e", "0"], never)).toBe(137);
  });

  it("shares 127.0.0.1 with the other containers of its task, one that ends in between as well", async () => {
    const task: TaskPlacement = {
      id: `task${process.pid}-shared`,
      networkMode: "awsvpc",
      containerCount: 3,
      containerPorts: [8080],
    };
    const init = await docker.start("console.log('init')", { task });
    expect(await init.exited).toEqual({ exitCode: 0 });
    const web = await docker.start(server, { task, containerPorts: [8080] });
    const ask = "fetch('http://127.0.0.1:8080').then((answer) => answer.text()).then(console.log)";
    const sidecar = await eventually(async () => {
      const asking = await docker.start(ask, { task });
      expect(await asking.exited).toEqual({ exitCode: 0 });
      return asking;
    });
    expect(docker.lines).toEqual(["Hi there!"]);
    expect(init.bindings).toEqual([]);
    expect(await (await fetch(`http://127.0.0.1:${web.bindings[0]?.hostPort}/`)).text()).toBe("Hi there!");
    await Promise.all([init, web, sidecar].map((container) => container.remove()));
  });

  it.each(["bridge", "none", "host"] as const)("is placed in network mode %s", async (networkMode) => {
    const task: TaskPlacement = {
      id: `task${process.pid}-${networkMode}`,
      networkMode,
      containerCount: 1,
      containerPorts: [8080],
    };
    const interfaces = "console.log(Object.keys(require('os').networkInterfaces()).length, require('os').hostname())";
    const container = await docker.start(interfaces, { task, containerPorts: [8080] });
    expect(await container.exited).toEqual({ exitCode: 0 });
    expect(container.bindings.map(({ containerPort }) => containerPort)).toEqual(networkMode === "none" ? [] : [8080]);
    if (networkMode === "host") expect(container.bindings[0]?.hostPort).toBe(8080);
    else expect(docker.lines[0]).toMatch(networkMode === "none" ? /^1 / : /^2 /);
  });

  it("says in the engine's words why it cannot start", async () => {
    const failure = await docker.start("", { entryPoint: ["/no/such/program"] }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CannotStart);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^Error response from daemon: .*no such file or directory/),
    });
    const unmade = await docker.start("", { id: "../x" }).catch((error: unknown) => error);
    expect(unmade).toBeInstanceOf(CannotCreate);
  });

  it("says in AWS's words why an image cannot be pulled", async () => {
    const pull = (reference: string) => docker.runtime.pull(reference);
    await expect(pull(`${docker.registryHost}/node:none`)).rejects.toThrow(CannotPull);
    await expect(pull(`${docker.registryHost}/node:none`)).rejects.toThrow(
      `pull image manifest has been retried 7 time(s): failed to resolve ref ${docker.registryHost}/node:none: not found`,
    );
    await expect(pull("alpine:3")).rejects.toThrow("pulls from its own registry only");
  });

  it("starts many at once, each on a port of its own", async () => {
    const started = await Promise.all(
      Array.from({ length: 10 }, () => docker.start(forever, { containerPorts: [8080] })),
    );
    expect(new Set(started.map((container) => container.bindings[0]?.hostPort)).size).toBe(10);
    await Promise.all(started.map((container) => container.remove()));
  });

  it("is swept from the engine where its local cloud is dead, and only there", async () => {
    const ended = spawnSync(process.execPath, ["--version"]).pid;
    const make = async (owner: string) => {
      const body = { Image: await nodeImage(), Labels: { ...testLabel(), ...(await ownLabels(`/tmp/${owner}`)) } };
      const query = { name: `ecs-${owner}` };
      return (await engine().json(v.object({ Id: v.string() }), "POST", "/containers/create", { query, body })).Id;
    };
    const dead = await make(`ecs-pipeline-local-${ended}-AbC123`);
    const alive = await make(`ecs-pipeline-local-${process.pid}-AbC123`);
    const stranger = await make("somebody-elses");
    await sweepEngine(engine());
    const left = (await labelled(engine(), "containers")).map(({ id }) => id);
    expect([dead, alive, stranger].map((id) => left.includes(id))).toEqual([false, true, true]);
    for (const id of [alive, stranger]) await removeContainer(engine(), id);
  });

  it("that somebody else removes has ended, and may be removed again", async () => {
    const container = await docker.start(forever);
    await engine().call("DELETE", `/containers/${container.runtimeId}`, { query: { force: "1" } });
    expect(await container.exited).toEqual({ exitCode: 137 });
    await container.remove();
  });
});
