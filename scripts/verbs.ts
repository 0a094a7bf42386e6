import type { Command } from "commander";
import type { Console } from "./console.ts";
import { commandOf } from "./verb.ts";

type Load = (terminal: Console, done: (exitCode: number) => void) => Promise<Command>;

/** A verb's code is loaded when it is asked for, so that each starts as fast as it can. */
const verbs: Readonly<Record<string, Load>> = {
  build: async (terminal, done) => commandOf((await import("./commands/build.ts")).build, terminal, done),
  render: async (terminal, done) => commandOf((await import("./commands/render.ts")).render, terminal, done),
  deploy: async (terminal, done) => commandOf((await import("./commands/deploy.ts")).deploy, terminal, done),
  diff: async (terminal, done) => commandOf((await import("./commands/diff.ts")).diff, terminal, done),
  status: async (terminal, done) => commandOf((await import("./commands/status.ts")).status, terminal, done),
  replay: async (terminal, done) => commandOf((await import("./commands/replay.ts")).replay, terminal, done),
  local: async (terminal, done) => commandOf((await import("./commands/local.ts")).local, terminal, done),
};

/** The verb that the arguments begin with; all of them where they begin with something else, such as `--help`. */
export function loadVerbs(
  asked: string | undefined,
  terminal: Console,
  done: (exitCode: number) => void,
): Promise<readonly Command[]> {
  const one = asked !== undefined && Object.hasOwn(verbs, asked) ? verbs[asked] : undefined;
  const loads = one === undefined ? Object.values(verbs) : [one];
  return Promise.all(loads.map((load) => load(terminal, done)));
}
