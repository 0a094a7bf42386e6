/** The demo's steps: each is told, done, timed, and compared with what was expected of it. */
import { CLUSTER, REPOSITORY, SERVICE } from "./bootstrap.ts";
import { runCli } from "./cli.ts";
import type { Load } from "./load.ts";
import { type Build, PROJECT, TASK_DEFINITION } from "./releases.ts";
import type { Row } from "./rows.ts";

interface Release {
  readonly image: string;
  readonly desiredCount?: number;
}

export class Journey {
  readonly rows: Row[] = [];
  /** Traffic, once there is something to answer it. */
  load: Load | undefined;
  readonly #ending: AbortSignal;

  constructor(ending: AbortSignal) {
    this.#ending = ending;
  }

  /** Does one step. `work` answers what came of it, for the table, and what the next steps need. */
  async step<Result>(
    step: string,
    expected: string,
    work: () => Promise<readonly [outcome: string, result: Result]>,
  ): Promise<Result> {
    this.#ending.throwIfAborted();
    console.log(`\n▸ ${step}`);
    const before = this.#counts();
    const startedAt = performance.now();
    const [outcome, result] = await this.#unlessEnded(work());
    const after = this.#counts();
    this.rows.push({
      step,
      expected,
      outcome,
      ms: Math.round(performance.now() - startedAt),
      requests: after.requests - before.requests,
      failed: after.failed - before.failed,
    });
    return result;
  }

  /** @returns the reference of the image, by its digest. */
  build({ version, file, buildArgs }: Build, expected: string, endpoint: string): Promise<string> {
    const args = ["build", "--repository", REPOSITORY, "--tag", version, "--context", PROJECT, "--file", file];
    const values = Object.entries(buildArgs).flatMap(([name, value]) => ["--build-args", `${name}=${value}`]);
    return this.step(`build and push ${version}`, expected, async () => {
      const result = await this.#cli([...args, ...values], endpoint);
      return [String(result.outcome), String(result.image)];
    });
  }

  async deploy(step: string, expected: string, endpoint: string, { image, desiredCount }: Release): Promise<void> {
    const target = ["--cluster", CLUSTER, "--service", SERVICE, "--task-definition", TASK_DEFINITION, "--image", image];
    const count = desiredCount === undefined ? [] : ["--desired-count", String(desiredCount)];
    const waiting = ["--wait-until", "deployed", "--wait-for-minutes", "3"];
    await this.step(step, expected, async () => {
      const result = await this.#cli(["deploy", ...target, ...count, ...waiting], endpoint);
      return [String(result.outcome), undefined];
    });
  }

  stopLoad(): void {
    this.load?.stop();
  }

  async #cli(args: readonly string[], endpoint: string): Promise<Record<string, unknown>> {
    console.log(`  $ ecs-pipeline ${args.join(" ").replaceAll(`${PROJECT}/`, "").replaceAll(PROJECT, ".")}\n`);
    const { result, talk, exitCode } = await runCli(args, endpoint, {
      signal: this.#ending,
      onTalk: (text) => process.stdout.write(text.replace(/^(?=.)/gm, "  ")),
    });
    if (result.outcome === undefined) throw new Error(`ecs-pipeline ${args[0]} ended with ${exitCode}: ${talk}`);
    return result;
  }

  #counts(): { requests: number; failed: number } {
    return this.load?.counts() ?? { requests: 0, failed: 0 };
  }

  /** What is under way need not be waited for once we are asked to end. */
  #unlessEnded<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#ending.addEventListener("abort", () => reject(this.#ending.reason), { once: true });
      work.then(resolve, reject);
    });
  }
}
