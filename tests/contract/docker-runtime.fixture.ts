/** A docker runtime over a registry of its own, into which the engine has pushed the images that the tests run. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { pack } from "tar-stream";
import { type Clock, systemClock } from "../../localcloud/clock.ts";
import { registryHandler } from "../../localcloud/registry/handler.ts";
import { type EngineAddress, engineAddress } from "../../localcloud/runtime/docker/endpoint.ts";
import { Engine } from "../../localcloud/runtime/docker/engine.ts";
import { registryAuth } from "../../localcloud/runtime/docker/pulled-images.ts";
import { dockerRuntime } from "../../localcloud/runtime/docker.ts";
import { type Reaper, startReaper } from "../../localcloud/runtime/reaper/reaper.ts";
import { createStateFolder } from "../../localcloud/runtime/reaper/state-folder.ts";
import type { ContainerSpec, RunningContainer, Runtime } from "../../localcloud/runtime/runtime.ts";
import { imageSource } from "../../localcloud/services/ecr/image-source.ts";
import { EcrStore } from "../../localcloud/services/ecr/store.ts";
import { engine, nodeImage, testLabel } from "../engine.fixture.ts";

export class DockerFixture {
  /** What the containers wrote; `! ` before what came on standard error. */
  lines: string[] = [];
  readonly runtime: Runtime;
  readonly stateFolder: string;
  readonly registryHost: string;
  readonly store: EcrStore;
  readonly #reaper: Reaper;
  readonly #registry: Server;
  #containers = 0;

  private constructor(parts: {
    runtime: Runtime;
    stateFolder: string;
    reaper: Reaper;
    registry: Server;
    registryHost: string;
    store: EcrStore;
  }) {
    this.runtime = parts.runtime;
    this.stateFolder = parts.stateFolder;
    this.registryHost = parts.registryHost;
    this.store = parts.store;
    this.#reaper = parts.reaper;
    this.#registry = parts.registry;
  }

  /** @param engineAt where the runtime finds the engine, and the clock that measures its patience. */
  static async set(engineAt?: { address: EngineAddress; clock: Clock }): Promise<DockerFixture> {
    const { address, clock } = engineAt ?? { address: await engineAddress(process.env), clock: systemClock };
    const stateFolder = await createStateFolder();
    const reaper = await startReaper({ entry: resolve("localcloud/runtime/reaper/main.ts"), stateFolder });
    const store = await EcrStore.open({ stateFolder, clock: systemClock, accountId: "000000000000" });
    const tagMutability = { setting: "MUTABLE", exclusions: [] } as const;
    store.createRepository({ name: "node", tagMutability, scanOnPush: false, resourceTags: [] });
    const handle = registryHandler({ store, clock: systemClock });
    const registry = createServer((request, response) => {
      handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
    await new Promise<void>((listening) => registry.listen(0, "127.0.0.1", listening));
    const registryHost = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
    const runtime = await dockerRuntime({
      // One of its own: the runtime closes it.
      engine: await Engine.connect(address),
      images: imageSource({ store, registryHost: () => registryHost }),
      credentials: () => credentials(store),
      stateFolder,
      clock,
    });
    const fixture = new DockerFixture({ runtime, stateFolder, reaper, registry, registryHost, store });
    await fixture.#push(await nodeImage(), "latest");
    return fixture;
  }

  async strike(): Promise<void> {
    await this.runtime.close();
    await this.#reaper.close();
    this.#registry.closeAllConnections();
    await new Promise((closed) => this.#registry.close(closed));
  }

  /** Runs a program of Node's, by default in the image that has nothing but Node. */
  async start(program: string, spec: Partial<ContainerSpec> = {}, tag = "latest"): Promise<RunningContainer> {
    this.lines = [];
    this.#containers += 1;
    return this.runtime.start({
      id: `task${process.pid}-${this.#containers}-web`,
      name: "web",
      image: spec.image ?? (await this.runtime.pull(`${this.registryHost}/node:${tag}`)),
      entryPoint: ["node", "-e", program],
      environment: {},
      containerPorts: [],
      onOutput: (line, stream) => this.lines.push(stream === "stdout" ? line : `! ${line}`),
      ...spec,
    });
  }

  /** Builds on the image that has Node, and pushes it. */
  async build(tag: string, instructions: string): Promise<void> {
    const context = pack();
    context.entry({ name: "Dockerfile" }, `FROM ${await nodeImage()}\n${instructions}\n`);
    context.finalize();
    const name = `ecs-pipeline-test-${tag}:${testLabel()["ecs-pipeline.test"]}`;
    await engine().call("POST", "/build", { query: { t: name, labels: JSON.stringify(testLabel()) }, body: context });
    await this.#push(name, tag);
  }

  async #push(image: string, tag: string): Promise<void> {
    const repo = `${this.registryHost}/node`;
    await engine().call("POST", `/images/${image}/tag`, { query: { repo, tag } });
    const progress = await engine().stream("POST", `/images/${repo}/push`, {
      query: { tag },
      headers: registryAuth({ ...credentials(this.store), serveraddress: this.registryHost }),
    });
    const said = await text(progress);
    await engine().call("DELETE", `/images/${repo}:${tag}`);
    if (said.includes('"error"')) throw new Error(said);
  }
}

function credentials(store: EcrStore): { username: string; password: string } {
  return { username: "AWS", password: store.tokens.issue(systemClock.now()).password };
}

/** Tries again until it succeeds; what it throws in the end is what the test fails with. */
export async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
