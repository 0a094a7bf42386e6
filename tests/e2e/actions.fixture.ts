/** The built actions as a runner starts them: INPUT_* variables, files for outputs and summary, a workspace. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";

/** The committed bundles; ACTIONS_DIST names others, such as a build that is not committed yet. */
const dist = resolve(process.env.ACTIONS_DIST ?? "actions/dist");

interface ActionYml {
  readonly inputs: Record<string, { default?: string }>;
  readonly outputs: Record<string, unknown>;
}

export interface StepRun {
  readonly exitCode: number | null;
  readonly log: string;
  /** The error annotations among the lines of the log. */
  readonly annotations: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What action.yml declares. */
  readonly declaredOutputs: readonly string[];
  readonly summary: string;
  /** What the step keeps for its post step. */
  readonly state: Readonly<Record<string, string>>;
}

export class Job {
  readonly workspace: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.workspace = join(folder, "workspace");
  }

  static async begin(): Promise<Job> {
    const job = new Job(await mkdtemp(join(tmpdir(), "job-")));
    await mkdir(job.workspace);
    await mkdir(join(job.#folder, "temp"));
    return job;
  }

  end(): Promise<void> {
    return rm(this.#folder, { recursive: true });
  }

  write(file: string, content: string): Promise<void> {
    return writeFile(join(this.workspace, file), content);
  }

  /**
   * Runs a step.
   * @param onLog sees the log as it grows, and can end the step
   */
  async uses(
    action: string,
    given: Readonly<Record<string, string>>,
    endpoint: string,
    onLog: (log: string, end: (signal: NodeJS.Signals) => void) => void = () => {},
  ): Promise<StepRun> {
    const { inputs, outputs } = parse(readFileSync(`actions/${action}/action.yml`, "utf8")) as ActionYml;
    const defaults = Object.entries(inputs).map(([name, { default: value = "" }]) => [name, value]);
    const variables = inputVariables({ ...Object.fromEntries(defaults), ...given });
    return this.#start(action, variables, endpoint, { outputs, onLog });
  }

  /** Runs the post step of a step that has run, with the state that it kept. */
  post(action: string, state: StepRun["state"], endpoint: string): Promise<StepRun> {
    const variables = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
    return this.#start(`${action}-post`, variables, endpoint, { outputs: {}, onLog: () => {} });
  }

  async #start(
    bundle: string,
    variables: Readonly<Record<string, string>>,
    endpoint: string,
    {
      outputs,
      onLog,
    }: {
      readonly outputs: ActionYml["outputs"];
      readonly onLog: (log: string, end: (signal: NodeJS.Signals) => void) => void;
    },
  ): Promise<StepRun> {
    const names = ["output", "summary", "state"] as const;
    const [output, summary, state] = names.map((name) => join(this.#folder, name)) as [string, string, string];
    await Promise.all([output, summary, state].map((file) => writeFile(file, "")));
    const child = spawn(process.execPath, [join(dist, `${bundle}.js`)], {
      cwd: this.workspace,
      env: {
        PATH: process.env.PATH,
        ...variables,
        ...awsVariables(endpoint),
        GITHUB_OUTPUT: output,
        GITHUB_STATE: state,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_WORKSPACE: this.workspace,
        RUNNER_TEMP: join(this.#folder, "temp"),
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let log = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      log += chunk;
      onLog(log, (signal) => child.kill(signal));
    });
    const [exitCode] = (await once(child, "close")) as [number | null];
    return {
      exitCode,
      log,
      annotations: log.split("\n").filter((line) => line.startsWith("::error ")),
      outputs: parseEntries(await readFile(output, "utf8")),
      declaredOutputs: Object.keys(outputs),
      summary: await readFile(summary, "utf8"),
      state: parseEntries(await readFile(state, "utf8")),
    };
  }
}

/** As the runner names them: it makes the name upper-case and leaves its dashes. */
function inputVariables(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
}

function awsVariables(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

function parseEntries(file: string): Record<string, string> {
  const entries = file.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2\n/gm);
  return Object.fromEntries([...entries].map(([, name = "", , value = ""]) => [name, value]));
}
