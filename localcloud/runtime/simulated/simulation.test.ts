import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../clock.ts";
import type { ProbeResult } from "../../loadbalancer/probe.ts";
import { CannotPull, CannotStart, type Exit, type RunningContainer } from "../runtime.ts";
import { Simulation } from "./simulation.ts";

const STORED = `sha256:${"5".repeat(64)}`;
let clock: ManualClock;
let simulation: Simulation;

beforeEach(() => {
  clock = new ManualClock();
  const find = async (reference: string) => {
    if (!reference.startsWith("registry/web")) throw new CannotPull(`failed to resolve ref ${reference}: not found`);
    return { digest: STORED, config: { config: { StopSignal: "SIGINT" } }, layers: [] };
  };
  simulation = new Simulation({ images: { find }, clock });
});

let started = 0;
async function start(reference: string, onOutput: (line: string) => void = () => {}): Promise<RunningContainer> {
  const image = await simulation.pull(reference);
  started += 1;
  return simulation.start({
    id: `container-${started}`,
    name: "web",
    image,
    environment: {},
    containerPorts: [80],
    onOutput,
  });
}

async function probed(container: RunningContainer): Promise<ProbeResult> {
  const [binding] = container.bindings;
  const request = {
    host: binding?.host ?? "",
    port: binding?.hostPort ?? 0,
    path: "/",
    timeoutSeconds: 5,
    matcher: "200",
  };
  const asked = async (): Promise<ProbeResult> => ({ healthy: false, reason: "Target.Timeout", description: "asked" });
  return simulation.probe(asked)(request, new AbortController().signal);
}

const exec = (container: RunningContainer) => container.exec(["check"], new AbortController().signal);

describe("a simulated image", () => {
  it("that no script names is the registry's, or cannot be pulled", async () => {
    expect(await simulation.pull("registry/web:1")).toMatchObject({ digest: STORED, config: { StopSignal: "SIGINT" } });
    await expect(simulation.pull("elsewhere/web:1")).rejects.toThrow(
      "failed to resolve ref elsewhere/web:1: not found",
    );
  });

  it("that the script names need not exist, and has a digest of its own", async () => {
    simulation.page({ images: [{ image: "elsewhere/web" }] });
    const [one, two] = [await simulation.pull("elsewhere/web:1"), await simulation.pull("elsewhere/web:2")];
    expect(one.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(two.digest).not.toBe(one.digest);
    expect((await simulation.pull("elsewhere/web:1")).digest).toBe(one.digest);
    simulation.page({ images: [{ image: "registry/web" }] });
    expect((await simulation.pull("registry/web:1")).digest).toBe(STORED);
  });

  it("takes its time to be pulled, or fails in the script's words", async () => {
    simulation.page({
      images: [
        { image: "web:1", pullSeconds: 20 },
        { image: "web:2", cannotPull: "no space left" },
      ],
    });
    let pulled = false;
    void simulation.pull("web:1").then(() => {
      pulled = true;
    });
    await clock.advance(19_999);
    expect(pulled).toBe(false);
    await clock.advance(1);
    expect(pulled).toBe(true);
    await expect(simulation.pull("web:2")).rejects.toThrow(new CannotPull("no space left"));
  });

  it("is known by the digest that its tag had, even where its repository has a script, too", async () => {
    simulation.page({ images: [{ image: "web" }, { image: "web:2", unhealthyAfterSeconds: 0 }] });
    const { digest } = await simulation.pull("web:2");
    const container = await start(`web@${digest}`);
    expect(await exec(container)).toBe(1);
    expect(await exec(await start("web:1"))).toBe(0);
  });
});

describe("a simulated container", () => {
  it("is healthy while its script says so, to its own check and to the load balancer", async () => {
    simulation.page({ images: [{ image: "web", healthyAfterSeconds: 10, unhealthyAfterSeconds: 60 }] });
    const container = await start("web:1");
    const health = async () => [await exec(container), (await probed(container)).healthy];
    expect(await health()).toEqual([1, false]);
    expect(await probed(container)).toMatchObject({ reason: "Target.ResponseCodeMismatch" });
    await clock.advance(10_000);
    expect(await health()).toEqual([0, true]);
    await clock.advance(50_000);
    expect(await health()).toEqual([1, false]);
  });

  it("exits by itself with its code, and is unhealthy then", async () => {
    simulation.page({ images: [{ image: "web", exitsAfterSeconds: 5, exitCode: 3 }] });
    const container = await start("web:1");
    let exit: Exit | undefined;
    void container.exited.then((ended) => {
      exit = ended;
    });
    await clock.advance(4_999);
    expect(exit).toBeUndefined();
    await clock.advance(1);
    expect(exit).toEqual({ exitCode: 3 });
    expect(await probed(container)).toMatchObject({ reason: "Target.FailedHealthChecks" });
  });

  it("says why it exited, and what it wrote, as its script says", async () => {
    const exitReason = "OutOfMemoryError: Container killed due to memory usage";
    simulation.page({
      images: [{ image: "web", exitsAfterSeconds: 0, exitCode: 137, exitReason, output: ["one", "two"] }],
    });
    const lines: string[] = [];
    const container = await start("web:1", (line) => lines.push(line));
    await clock.advance(0);
    expect(await container.exited).toEqual({ exitCode: 137, reason: exitReason });
    expect(lines).toEqual(["one", "two"]);
  });

  it("fails the one check and passes the other, with the answer of its script", async () => {
    simulation.page({
      images: [
        { image: "web:1", unhealthyAfterSeconds: 0, unhealthyTo: "load-balancer", unhealthyAnswer: 404 },
        { image: "web:2", unhealthyAfterSeconds: 0, unhealthyTo: "load-balancer", unhealthyAnswer: "timeout" },
        { image: "web:3", unhealthyAfterSeconds: 0, unhealthyTo: "container-health-check" },
        { image: "web:4", unhealthyAfterSeconds: 0, unhealthyAnswer: "refused" },
      ],
    });
    const [missing, late, sick] = [await start("web:1"), await start("web:2"), await start("web:3")];
    expect([await exec(missing), await exec(late), await exec(sick)]).toEqual([0, 0, 1]);
    expect(await probed(missing)).toMatchObject({
      reason: "Target.ResponseCodeMismatch",
      description: "Health checks failed with these codes: [404]",
    });
    expect(await probed(late)).toMatchObject({ reason: "Target.Timeout", description: "Request timed out" });
    expect(await probed(sick)).toEqual({ healthy: true });
    expect(await probed(await start("web:4"))).toMatchObject({
      reason: "Target.FailedHealthChecks",
      description: "Health checks failed",
    });
  });

  it("cannot start where its script says so", async () => {
    simulation.page({ images: [{ image: "web", cannotStart: "exec /server: exec format error" }] });
    await expect(start("web:1")).rejects.toThrow(new CannotStart("exec /server: exec format error"));
  });

  it("takes its time to stop, unless it is killed", async () => {
    simulation.page({ images: [{ image: "web", stopSeconds: 7 }] });
    const [slow, killed] = [await start("web:1"), await start("web:1")];
    const before = clock.now();
    const stopped = slow.exited.then((exit) => [exit.exitCode, clock.now() - before]);
    slow.kill("SIGTERM");
    killed.kill("SIGTERM");
    killed.kill("SIGKILL");
    expect(await killed.exited).toEqual({ exitCode: 137 });
    await clock.advance(10_000);
    expect(await stopped).toEqual([143, 7_000]);
  });

  it("has an address of its own, which is anybody's again when it is removed", async () => {
    const [one, two] = [await start("registry/web:1"), await start("registry/web:1")];
    expect(one.bindings).toEqual([{ containerPort: 80, host: "127.64.0.1", hostPort: 80 }]);
    expect(two.bindings[0]?.host).toBe("127.64.0.2");
    await one.remove();
    expect(await probed(one)).toMatchObject({ description: "asked" });
  });

  it("ends with the local cloud", async () => {
    const container = await start("registry/web:1");
    await simulation.close();
    expect(await container.exited).toEqual({ exitCode: 137 });
    await expect(start("registry/web:1")).rejects.toThrow("shutting down");
  });
});

describe("a script", () => {
  it("draws times between two by its seed", async () => {
    const stops = async (seed: number) => {
      simulation.page({ seed, images: [{ image: "web", exitsAfterSeconds: [10, 20] }] });
      const from = clock.now();
      const containers = [await start("web:1"), await start("web:1"), await start("web:1")];
      const ends = Promise.all(containers.map(({ exited }) => exited.then(() => clock.now() - from)));
      await clock.advance(20_000);
      return ends;
    };
    const first = await stops(1);
    expect(new Set(first).size).toBe(3);
    for (const ms of first) expect(ms >= 10_000 && ms <= 20_000).toBe(true);
    expect(await stops(1)).toEqual(first);
    expect(await stops(2)).not.toEqual(first);
  });

  it.each([
    [undefined, /The body/],
    [{ images: [{ image: "web", startSeconds: -1 }] }, /images\.0\.startSeconds/],
    [{ images: [{ image: "web", startSeconds: [5, 1] }] }, /images\.0\.startSeconds/],
    [{ images: [{ image: "web", startsAfter: 1 }] }, /images\.0\.startsAfter/],
  ])("that is none is refused: %j", (body, message) => {
    expect(() => simulation.page(body)).toThrow(message);
  });
});
