/** For tests: a process runtime with real processes, whose images are made up by each test. */
import { readFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { ManualClock } from "../clock.ts";
import { type LayerEntry, layerFixture } from "./image/layer-fixture.ts";
import { processRuntime } from "./process.ts";
import { processesOf } from "./reaper/processes.ts";
import { type Reaper, startReaper } from "./reaper/reaper.ts";
import { createStateFolder } from "./reaper/state-folder.ts";
import type { ContainerSpec, ImageConfig, RunningContainer, Runtime } from "./runtime.ts";

export class RuntimeFixture {
  /** What the containers wrote; `! ` before what came on standard error. */
  readonly lines: string[] = [];
  image: { readonly layers: readonly LayerEntry[]; readonly config: ImageConfig } = { layers: [], config: {} };
  readonly #scratch: string;
  readonly stateFolder: string;
  readonly clock: ManualClock;
  readonly notes: string[] = [];
  readonly runtime: Runtime;
  #containers = 0;

  constructor(scratch: string, stateFolder: string, reaper: Reaper) {
    this.#scratch = scratch;
    this.stateFolder = stateFolder;
    this.clock = new ManualClock();
    const images = {
      find: async (reference: string) => {
        const layers = [await layerFixture(this.#scratch, this.image.layers)];
        return { digest: `sha256:${reference}`, config: { config: this.image.config }, layers };
      },
    };
    const onNote = (note: string) => void this.notes.push(note);
    this.runtime = processRuntime({ images, reaper, stateFolder, clock: this.clock, onNote });
  }

  async start(
    config: ImageConfig,
    layers: readonly LayerEntry[] = [],
    spec: Partial<ContainerSpec> = {},
  ): Promise<RunningContainer> {
    this.image = { config, layers };
    const pulled = await this.runtime.pull("web:1");
    this.#containers += 1;
    return this.runtime.start({
      id: `task-web-${this.#containers}`,
      name: "web",
      image: pulled,
      environment: {},
      containerPorts: [],
      onOutput: (line, stream) => this.lines.push(stream === "stdout" ? line : `! ${line}`),
      ...spec,
    });
  }
}

/** Sets up a fixture for each test of the file, with one reaper for all, and checks that no test leaves a process. */
export function eachTest(use: (fixture: RuntimeFixture) => void): void {
  let scratch: string;
  let stateFolder: string;
  let reaper: Reaper;
  let fixture: RuntimeFixture;
  beforeAll(async () => {
    scratch = await realpath(await mkdtemp(join(tmpdir(), "process-runtime-test-")));
    stateFolder = await createStateFolder(scratch);
    const entry = fileURLToPath(new URL("reaper/main.ts", import.meta.url));
    reaper = await startReaper({ entry, stateFolder });
  });
  afterAll(async () => {
    await reaper.close();
    await rm(scratch, { recursive: true });
  });
  beforeEach(() => {
    fixture = new RuntimeFixture(scratch, stateFolder, reaper);
    use(fixture);
  });
  afterEach(async () => {
    await fixture.runtime.close();
    expect(await processesOf(stateFolder)).toEqual([]);
    for (const folder of ["containers", "images"])
      await rm(join(stateFolder, folder), { recursive: true, force: true });
  });
}

/** An image whose command is this program. */
export function node(program: string): ImageConfig {
  return { Entrypoint: ["node", "-e", program] };
}

export const forever = "setInterval(() => {}, 1000)";

/** A zombie is dead: it waits for whatever process 1 is here to collect it. */
export function isAlive(pid: string): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Tries again until it succeeds; what it throws in the end is what the test fails with. */
export async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(20);
    }
  }
}
