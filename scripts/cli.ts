#!/usr/bin/env node
import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { type Console, processConsole } from "./console.ts";
import { tellFailure } from "./failure.ts";
import { help } from "./help.ts";
import { requireNode } from "./node-version.ts";
import { loadVerbs } from "./verbs.ts";

/** One Ctrl-C may arrive twice: from the terminal, and from an npx that passes its own on. */
const sameRequestMs = 500;

/** Asked to end once, the work ends where that is safe and says what goes on; asked twice, the process ends. */
function endingSignal(): AbortSignal {
  const controller = new AbortController();
  let askedAt = 0;
  const end = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted && performance.now() - askedAt > sameRequestMs) process.exit(1);
    if (controller.signal.aborted) return;
    askedAt = performance.now();
    controller.abort(new Error(`ended by ${signal}`));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  // A Node program that started us over IPC and is gone cannot ask any more. Its channel must not hold us.
  process.once("disconnect", () => end("SIGTERM"));
  process.channel?.unref();
  return controller.signal;
}

async function program(terminal: Console, done: (exitCode: number) => void): Promise<Command> {
  const root = new Command("ecs-pipeline")
    .description("From a commit to a running Amazon ECS service.")
    .version(packageJson.version)
    .configureHelp(help)
    .exitOverride()
    .configureOutput({ writeErr: (text) => terminal.complain(text.trimEnd()) });
  for (const command of await loadVerbs(process.argv[2], terminal, done)) {
    root.addCommand(command.copyInheritedSettings(root));
  }
  return root;
}

async function main(): Promise<void> {
  const { stdout, stderr, env: environment } = process;
  // That nobody reads any more (`2>&1 | head`) must not end work that changes production, nor change its verdict.
  stdout.on("error", ({ code }: NodeJS.ErrnoException) => code === "EPIPE" || process.exit(1));
  stderr.on("error", () => undefined);
  const json = process.argv.includes("--json");
  const terminal = processConsole({ stdout, stderr, environment, signal: endingSignal(), json });
  const debug = process.argv.includes("--debug");
  try {
    requireNode(process.versions.node);
    const root = await program(terminal, (exitCode) => {
      process.exitCode = exitCode;
    });
    await root.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = tellFailure(error, terminal, { json, debug });
  }
}

await main();
