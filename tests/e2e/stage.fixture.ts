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

export interface JournalEntry {
  /** ISO 8601, by the local cloud's clock. */
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  readonly status: number;
  readonly faults?: readonly string[];
}

/** What does not say that it only reads. */
export const MUTATING = /^(?!(Describe|List|Get|BatchGet|BatchCheck|Filter)[A-Z])/;

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
   * @param speed how many times as fast AWS's waits pass
   */
  static async set(
    settings: Omit<ServiceSettings, "taskDefinition"> = {},
    runtime: RuntimeKind = "process",
    speed = 1,
  ): Promise<Stage> {
    const cloud = await startCloudProcess(runtime, speed);
    try {
      const config = clientConfig(cloud.endpoint);
      const stage = await makeStage(config, 8080);
      await makeService(config, stage, { ...settings, taskDefinition: await bootstrapDefinition(), desiredCount: 0 });
      const { listeners } = (await (await fetch(`${cloud.endpoint}/_localcloud/listeners`)).json()) as {
        listeners: { boundPort: number }[];
      };
      const base = await baseImage(cloud, config);
      const url = `http://127.0.0.1:${listeners[0]?.boundPort}`;
      return new Stage({ cloud, url, base, folder: await mkdtemp(join(tmpdir(), "e2e-")) });
    } catch (error) {
      await cloud.end();
      throw error;
    }
  }

  async strike(): Promise<void> {
    await Promise.all([this.cloud.end(), rm(this.#folder, { recursive: true })]);
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

  /**
   * What `work` called, by the journal of the local cloud.
   * @param others the ids of requests that somebody else made meanwhile
   */
  async calls(
    work: () => Promise<unknown>,
    others: ReadonlySet<string> = new Set(),
  ): Promise<{ ecs: string[]; mutating: string[]; made: readonly JournalEntry[] }> {
    const before = (await this.#journal()).length;
    await work();
    const made = (await this.#journal()).slice(before).filter(({ requestId }) => !others.has(requestId));
    return {
      made,
      ecs: made.filter(({ service }) => service === "ecs").map(({ operation }) => operation),
      mutating: made.map(({ operation }) => operation).filter((operation) => MUTATING.test(operation)),
    };
  }

  async #journal(): Promise<JournalEntry[]> {
    return ((await (await fetch(`${this.cloud.endpoint}/_localcloud/journal`)).json()) as { calls: JournalEntry[] })
      .calls;
  }
}
