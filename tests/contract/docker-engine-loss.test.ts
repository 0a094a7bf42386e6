/** An engine that goes away while containers run: the way to it is closed, and opened again. */
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ManualClock } from "../../localcloud/clock.ts";
import type { EngineAddress } from "../../localcloud/runtime/docker/endpoint.ts";
import { labelled } from "../../localcloud/runtime/docker/labels.ts";
import { CannotCreate, CannotPull } from "../../localcloud/runtime/runtime.ts";
import { describeWithEngine, engine } from "../engine.fixture.ts";
import { DockerFixture, eventually } from "./docker-runtime.fixture.ts";

const forever = "setInterval(() => {}, 1000)";
const { signal: never } = new AbortController();

describeWithEngine("an engine that goes away", () => {
  let docker: DockerFixture;
  let way: WayToEngine;
  const clock = new ManualClock();
  beforeAll(async () => {
    way = await WayToEngine.open(engine().address);
    docker = await DockerFixture.set({ address: way.address, clock });
  }, 120_000);
  afterAll(async () => {
    await docker?.strike();
    await way?.remove();
    expect(await labelled(engine(), "containers", docker.stateFolder)).toEqual([]);
  });

  it("and comes back finds its containers as they are", async () => {
    const container = await docker.start(forever);
    // However long it has run before, the engine has its time to come back.
    await clock.advance(60_000);
    await way.close();
    await sleep(100);
    await way.reopen();
    await sleep(100);
    await clock.advance(1000);
    container.kill("SIGKILL");
    expect(await container.exited).toEqual({ exitCode: 137 });
  });

  it("for good ends the task with a reason; pulls and starts fail, nothing else does", async () => {
    const image = await docker.runtime.pull(`${docker.registryHost}/node:latest`);
    const container = await docker.start(forever, { image });
    await way.close();
    let exit: unknown;
    container.exited.then((ended) => {
      exit = ended;
    });
    await eventually(async () => {
      await clock.advance(1000);
      expect(exit).toEqual({
        exitCode: undefined,
        reason: expect.stringMatching(/^CannotInspectContainerError: Cannot connect to the Docker daemon at /),
      });
    });
    container.kill("SIGTERM");
    const failure = await docker.start(forever, { image }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CannotCreate);
    expect(failure).toMatchObject({ message: expect.stringMatching(/^Cannot connect to the Docker daemon at /) });
    await expect(docker.runtime.pull(image.reference)).rejects.toThrow(/^Cannot connect to the Docker daemon at /);
    await expect(docker.runtime.pull(image.reference)).rejects.toThrow(CannotPull);
    await expect(container.exec(["node"], never)).rejects.toThrow("Cannot connect");
    await container.remove();
    await way.reopen();
  });
});

/** The engine's socket, by way of one that can be closed and opened again. */
class WayToEngine {
  readonly address: { readonly socketPath: string };
  readonly #to: NetConnectOpts;
  readonly #connections = new Set<Socket>();
  #server: Server | undefined;

  private constructor(socketPath: string, to: NetConnectOpts) {
    this.address = { socketPath };
    this.#to = to;
  }

  static async open(to: EngineAddress): Promise<WayToEngine> {
    const folder = await mkdtemp(join(tmpdir(), "way-"));
    const way = new WayToEngine(join(folder, "sock"), "socketPath" in to ? { path: to.socketPath } : to);
    await way.reopen();
    return way;
  }

  reopen(): Promise<void> {
    const server = createServer((from) => {
      const to = connect(this.#to);
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        this.#connections.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          this.#connections.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    this.#server = server;
    return new Promise((resolve) => server.listen(this.address.socketPath, resolve));
  }

  /** Closes it for good. */
  async remove(): Promise<void> {
    await this.close();
    await rm(dirname(this.address.socketPath), { recursive: true });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }
}
