#!/usr/bin/env node
import { Command } from "commander";
import { type Console, processConsole } from "./console.ts";
import { tellFailure } from "./failure.ts";
import { loadVerbs } from "./verbs.ts";

/** Asked to end once, the work ends where that is safe and says what goes on; asked twice, the process ends. */
function endingSignal(): AbortSignal {
  const controller = new AbortController();
  const end = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort(new Error(`ended by ${signal}`));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  return controller.signal;
}

async function program(terminal: Console, done: (exitCode: number) => void): Promise<Command> {
  const root = new Command("ecs-pipeline")
    .description("From a commit to a running Amazon ECS service.")
    .exitOverride()
    .configureOutput({ writeErr: (text) => terminal.complain(text.trimEnd()) });
  for (const command of await loadVerbs(process.argv[2], terminal, done)) {
    root.addCommand(command.copyInheritedSettings(root));
  }
  return root;
}

async function main(): Promise<void> {
  const { stdout, stderr, env: environment } = process;
  for (const stream of [stdout, stderr]) stream.on("error", () => process.exit(1));
  const json = process.argv.includes("--json");
  const terminal = processConsole({ stdout, stderr, environment, signal: endingSignal(), json });
  const debug = process.argv.includes("--debug");
  try {
    const root = await program(terminal, (exitCode) => {
      process.exitCode = exitCode;
    });
    await root.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = tellFailure(error, terminal, { json, debug });
  }
}

await main();
