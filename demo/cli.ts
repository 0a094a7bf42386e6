/** The CLI as a person or a pipeline runs it: the built bundle, as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

/** CLI_DIST names another build, such as one that is not committed yet. */
export const CLI = resolve(process.env.CLI_DIST ?? resolve(import.meta.dirname, "../scripts/dist/cli.js"));

export interface CliRun {
  readonly exitCode: number;
  /** What it printed with `--json`. */
  readonly result: Record<string, unknown>;
  /** What it said on standard error. */
  readonly talk: string;
}

export interface CliOptions {
  /** Sees what it says as it comes, and may send it a signal. */
  readonly onTalk?: (text: string, send: (signal: NodeJS.Signals) => void) => void;
  /** Can send it signals from its start on. */
  readonly onStart?: (send: (signal: NodeJS.Signals) => void) => void;
  /** Ends it, as SIGTERM does. */
  readonly signal?: AbortSignal;
  /** Environment variables in place of those that lead to the local cloud, or beside them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it runs; here where it is left out. */
  readonly cwd?: string;
}

/** Runs `ecs-pipeline <args> --json` against the endpoint. */
export async function runCli(args: readonly string[], endpoint: string, options: CliOptions = {}): Promise<CliRun> {
  const { onTalk = () => {}, onStart = () => {}, signal, environment, cwd } = options;
  const child = spawn(process.execPath, [CLI, ...args, "--json"], {
    env: { ...cliEnvironment(endpoint), ...environment },
    cwd,
    // The channel ends with us, however we end, and the CLI with the channel.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  signal?.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
  const output = collect(child);
  onStart((sent) => child.kill(sent));
  child.stderr?.on("data", (chunk: Buffer) => onTalk(chunk.toString(), (sent) => child.kill(sent)));
  const [exitCode] = (await once(child, "close")) as [number];
  const { stdout, stderr } = output();
  return { exitCode, result: stdout === "" ? {} : JSON.parse(stdout), talk: stderr };
}

export type RuntimeKind = "docker" | "process" | "simulated";

export interface CloudProcess {
  readonly endpoint: string;
  readonly subnets: readonly { readonly subnetId: string }[];
  /** What runs its tasks, and why, as a clause. */
  readonly runtime: { readonly kind: RuntimeKind; readonly why: string };
  readonly process: ChildProcess;
  /** Ends it and resolves when nothing of it is left. */
  end(): Promise<void>;
}

/**
 * Starts the local cloud as a process on a free port. It ends with us, however we end: its standard input is our pipe.
 * @param runtime what is to run its tasks; left out, it chooses itself.
 * @param speed how many times as fast AWS's waits are to pass
 * @throws {Error} with what it said, where it does not come up.
 */
export async function startCloudProcess(runtime?: RuntimeKind, speed = 1): Promise<CloudProcess> {
  const choice = runtime === undefined ? [] : ["--runtime", runtime];
  const args = [CLI, "local", "--port", "0", "--until-stdin-ends", "--json", "--speed", `${speed}`, ...choice];
  // Its own group, so that a Ctrl-C reaches us first and we end it in order.
  const child = spawn(process.execPath, args, {
    env: bareEnvironment(),
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const output = collect(child);
  const ended = once(child, "close");
  const ready = await Promise.race([firstObject(child), ended.then(() => undefined)]);
  if (ready === undefined) throw new Error(`The local cloud did not start: ${output().stderr}`);
  return {
    ...(ready as Pick<CloudProcess, "endpoint" | "subnets" | "runtime">),
    process: child,
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

function firstObject(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.trimEnd().endsWith("\n}")) resolve(JSON.parse(text));
    });
  });
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  return () => ({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
}

/** Nothing of the user's AWS configuration may reach a rehearsal. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
}

/** The environment in which the CLI, or what starts it, calls the local cloud and nobody else. */
export function cliEnvironment(endpoint: string): NodeJS.ProcessEnv {
  return {
    ...bareEnvironment(),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}
