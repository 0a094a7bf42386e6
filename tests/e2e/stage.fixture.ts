/** The built CLI and the local cloud as processes, with the demo service on it. Traffic and releases as the test says. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { KeyValuePair } from "@aws-sdk/client-ecs";
import { baseImage } from "../../demo/base-image.ts";
import {
  CLUSTER,
  clientConfig,
  makeService,
  makeStage,
  REPOSITORY,
  SERVICE,
  type ServiceSettings,
} from "../../demo/bootstrap.ts";
import { type CliRun, type CloudProcess, type RuntimeKind, runCli, startCloudProcess } from "../../demo/cli.ts";
import { bootstrapDefinition } from "../../demo/releases.ts";
import { definitionOf } from "../fixtures/demo-service.ts";

interface JournalEntry {
  readonly service: string;
  readonly operation: string;
}

const MUTATING = /^(Register|Update|Create|Delete|Put|Run|Stop|Start|Deregister|Modify|Tag)/;

export class Stage {
  readonly cloud: CloudProcess;
  readonly url: string;
  readonly #base: string;
  readonly #folder: string;

  private constructor({
    cloud,
    url,
    base,
    folder,
  }: { cloud: CloudProcess; url: string; base: string; folder: string }) {
    this.cloud = cloud;
    this.url = url;
    this.#base = base;
    this.#folder = folder;
  }

  /**
   * The service exists and runs nothing yet.
   * @param runtime what runs its tasks: processes, unless the test is about containers.
   */
  static async set(
    settings: Omit<ServiceSettings, "taskDefinition"> = {},
    runtime: RuntimeKind = "process",
  ): Promise<Stage> {
    const cloud = await startCloudProcess(runtime);
    const config = clientConfig(cloud.endpoint);
    const stage = await makeStage(config, 8080);
    await makeService(config, stage, { ...settings, taskDefinition: await bootstrapDefinition(), desiredCount: 0 });
    const { listeners } = (await (await fetch(`${cloud.endpoint}/_localcloud/listeners`)).json()) as {
      listeners: { boundPort: number }[];
    };
    const base = await baseImage(cloud, config);
    const url = `http://127.0.0.1:${listeners[0]?.boundPort}`;
    return new Stage({ cloud, url, base, folder: await mkdtemp(join(tmpdir(), "e2e-")) });
  }

  async strike(): Promise<void> {
    await this.cloud.end();
    await rm(this.#folder, { recursive: true });
  }

  cli(...args: string[]): Promise<CliRun> {
    return runCli(args, this.cloud.endpoint);
  }

  /** Builds and pushes the demo app. @returns the digest reference. */
  async build(version: string): Promise<string> {
    const buildArgs = ["--build-args", `BASE_IMAGE=${this.#base}`, "--build-args", `APP_VERSION=${version}`];
    const { result, talk } = await this.cli(
      "build",
      "--repository",
      REPOSITORY,
      "--tag",
      version,
      "--context",
      resolve("."),
      ...buildArgs,
    );
    if (typeof result.image !== "string") throw new Error(talk);
    return result.image;
  }

  /** Deploys an image, with what the app is to rehearse; waits, unless `flags` say otherwise. */
  async deploy(
    image: string,
    { environment = [], flags = ["--wait-until", "deployed"] }: { environment?: KeyValuePair[]; flags?: string[] } = {},
  ): Promise<CliRun> {
    const file = join(this.#folder, "taskdef.json");
    await writeFile(file, JSON.stringify(await definitionOf("<IMAGE1_NAME>", environment)));
    return this.cli(
      "deploy",
      "--cluster",
      CLUSTER,
      "--service",
      SERVICE,
      "--task-definition",
      file,
      "--image",
      image,
      ...flags,
    );
  }

  /** What `work` called, by the journal of the local cloud. */
  async calls(work: () => Promise<unknown>): Promise<{ ecs: string[]; mutating: string[] }> {
    const before = (await this.#journal()).length;
    await work();
    const made = (await this.#journal()).slice(before);
    return {
      ecs: made.filter(({ service }) => service === "ecs").map(({ operation }) => operation),
      mutating: made.map(({ operation }) => operation).filter((operation) => MUTATING.test(operation)),
    };
  }

  async #journal(): Promise<JournalEntry[]> {
    return ((await (await fetch(`${this.cloud.endpoint}/_localcloud/journal`)).json()) as { calls: JournalEntry[] })
      .calls;
  }
}
