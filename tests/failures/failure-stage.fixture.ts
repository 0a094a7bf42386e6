/** A local cloud of its own for one failure, with the demo service settled on a good release, and the built CLI. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CLUSTER,
  type ClientConfig,
  clientConfig,
  REPOSITORY,
  SERVICE,
  type ServiceSettings,
} from "../../demo/bootstrap.ts";
import { type CliOptions, type CliRun, type RuntimeKind, runCli } from "../../demo/cli.ts";
import { type JournalEntry, Stage } from "../e2e/stage.fixture.ts";
import { definitionOf } from "../fixtures/demo-service.ts";
import { Others } from "./others.ts";
import type { Release } from "./release.ts";

export interface StageSettings {
  /** How many times as fast AWS's waits pass; as fast as they are where it is left out. */
  readonly speed?: number;
  readonly service?: Omit<ServiceSettings, "taskDefinition">;
}

export interface FailureRun extends CliRun {
  readonly mutating: readonly string[];
  /** All calls of the run, in order. */
  readonly calls: readonly JournalEntry[];
}

/** An API action that is not allowed. */
export interface Denial {
  /** In the credential scope. */
  readonly service: string;
  readonly operation: string;
  /** So many calls of the run are allowed first. */
  readonly after?: number;
}

export class FailureStage {
  readonly runtime: RuntimeKind;
  readonly endpoint: string;
  readonly config: ClientConfig;
  readonly others: Others;
  readonly #stage: Stage;
  readonly #folder: string;
  readonly #scripts: object[] = [];
  /** The release that serves. */
  #good = "";
  #deploys = 0;
  #denied: readonly object[] = [];
  #faults: readonly object[] = [];

  private constructor(runtime: RuntimeKind, stage: Stage, folder: string) {
    this.runtime = runtime;
    this.endpoint = stage.cloud.endpoint;
    this.config = clientConfig(this.endpoint);
    this.others = new Others(this.config);
    this.#stage = stage;
    this.#folder = folder;
  }

  /** @throws {Error} where the good release does not come up */
  static async set({ service, speed }: StageSettings, runtime: RuntimeKind): Promise<FailureStage> {
    const inner = await Stage.set(service, runtime, speed);
    const stage = new FailureStage(runtime, inner, await mkdtemp(join(tmpdir(), "failure-")));
    try {
      stage.#good = await stage.image("1.0.0");
      const desired = ["--desired-count", `${service?.desiredCount ?? 1}`];
      const { exitCode, talk } = await stage.deploy({ flags: ["--wait-until", "stable", ...desired] });
      if (exitCode !== 0) throw new Error(talk);
      return stage;
    } catch (error) {
      await stage.strike();
      throw error;
    }
  }

  async strike(): Promise<void> {
    this.others.leave();
    await Promise.all([this.#stage.strike(), rm(this.#folder, { recursive: true })]);
  }

  /**
   * An image of the demo app.
   * @param script what its simulated tasks do; real ones do as the app does
   * @returns its reference
   */
  async image(version: string, script: object = {}): Promise<string> {
    if (this.runtime !== "simulated") return this.#stage.build(version);
    const image = `${new URL(this.endpoint).host}/ecs-demo:${version}`;
    this.#scripts.push({ image, ...script });
    await this.page("PUT", "simulation", { images: this.#scripts });
    return image;
  }

  /**
   * An image of another Dockerfile than the demo app's.
   * @param files of its context, by name
   * @param script as for {@link image}
   */
  async imageOf(
    version: string,
    { files, platform, script }: { files: Readonly<Record<string, string | Buffer>>; platform: string; script: object },
  ): Promise<string> {
    if (this.runtime === "simulated") return this.image(version, script);
    const context = join(this.#folder, version);
    await mkdir(context);
    await Promise.all(
      Object.entries(files).map(([name, content]) => writeFile(join(context, name), content, { mode: 0o755 })),
    );
    const target = ["--repository", REPOSITORY, "--tag", version, "--platforms", platform];
    const { result, talk } = await this.#stage.cli("build", ...target, "--context", context);
    if (typeof result.image !== "string") throw new Error(talk);
    return result.image;
  }

  /** What is to go wrong with the calls of whoever calls from now on (docs/local-cloud.md). */
  faults(...faults: readonly object[]): Promise<void> {
    this.#faults = faults;
    return this.page("PUT", "faults", [...this.#denied, ...faults]);
  }

  /** What the run may not do, and nobody else is kept from, besides all faults. */
  async deny(...denied: readonly Denial[]): Promise<void> {
    const alike = Map.groupBy(denied, ({ service, after = 0 }) => `${service} ${after}`);
    this.#denied = [...alike.values()].map((each) => ({
      kind: "access-denied",
      userAgent: "ecs-pipeline",
      service: each[0]?.service,
      operations: each.map(({ operation }) => operation),
      after: each[0]?.after ?? 0,
    }));
    await this.faults(...this.#faults);
  }

  /** One of the local cloud's own pages. */
  async page(method: string, name: string, body: unknown): Promise<void> {
    const answer = await fetch(`${this.endpoint}/_localcloud/${name}`, { method, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** What `work` calls, without what others call meanwhile. */
  calls(work: () => Promise<unknown>): ReturnType<Stage["calls"]> {
    return this.#stage.calls(work, this.others.requestIds);
  }

  /** Runs `ecs-pipeline deploy`. */
  async deploy(release: Release): Promise<FailureRun> {
    const { image, environment, edit, flags = [], services, surroundings = {} } = release;
    const { started = () => {}, meanwhile = () => {} } = release;
    const definition = await definitionOf("<IMAGE1_NAME>", [...(environment ?? [])]);
    this.#deploys += 1;
    const file = join(this.#folder, `taskdef-${this.#deploys}.json`);
    await writeFile(file, JSON.stringify(edit?.(definition) ?? definition));
    const where = services?.flatMap((name) => ["--services", name]) ?? ["--service", SERVICE];
    const target = ["--cluster", CLUSTER, ...where, "--task-definition", file];
    const args = ["deploy", ...target, "--image", image ?? this.#good, ...flags];
    let run: CliRun | undefined;
    let talk = "";
    const acts: (void | Promise<void>)[] = [];
    const onTalk: CliOptions["onTalk"] = (text, send) => {
      talk += text;
      acts.push(meanwhile(talk, send));
    };
    const over = new AbortController();
    const onStart: CliOptions["onStart"] = (send) => void acts.push(started(send, over.signal));
    const { mutating, made } = await this.calls(async () => {
      run = await runCli(args, this.endpoint, { onTalk, onStart, environment: surroundings });
      over.abort();
      await Promise.all(acts);
    });
    if (run === undefined) throw new Error("it ran");
    return { ...run, mutating, calls: made };
  }
}
