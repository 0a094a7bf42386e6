import { Command } from "commander";
import type * as v from "valibot";
import type { InputOf, InputSchema } from "../core/platform/input.ts";
import type { Console } from "./console.ts";
import type { FailureOptions } from "./failure.ts";
import { addInputFlags, givenInput } from "./flags.ts";

/** One verb of the CLI: its flags are its input's fields, its `run` prints and answers the exit code. */
export interface Verb<Entries extends v.ObjectEntries> {
  readonly name: string;
  readonly description: string;
  /** A line that works. */
  readonly example: string;
  readonly input: InputSchema<Entries>;
  /** The input that is given without its flag. */
  readonly argument?: Extract<keyof Entries, string>;
  /** Values that the surroundings give where no flag does. */
  readonly derived?: Derived;
  run(input: InputOf<Entries>, terminal: Console, options: FailureOptions): Promise<number>;
}

type Derived = Readonly<Record<string, DerivedValue>>;

interface DerivedValue {
  /** Where the value comes from, for the help. */
  readonly from: string;
  value(given: Readonly<Record<string, unknown>>): Promise<string | undefined>;
}

/** Types a verb by its input. */
export function defineVerb<Entries extends v.ObjectEntries>(verb: Verb<Entries>): Verb<Entries> {
  return verb;
}

/** A verb as a command that reports its exit code to `done`. */
export function commandOf<Entries extends v.ObjectEntries>(
  verb: Verb<Entries>,
  terminal: Console,
  done: (exitCode: number) => void,
): Command {
  const { argument } = verb;
  const fields = verb.input.fields.filter(({ name }) => name !== argument);
  const command = new Command(verb.name).description(verb.description);
  for (const { name, description } of verb.input.fields.filter((field) => field.name === argument)) {
    command.argument(`<${name}>`, description);
  }
  const origins = Object.entries(verb.derived ?? {}).map(([name, { from }]) => [name, from] as const);
  addInputFlags(command, fields, new Map(origins));
  command.option("--json", "print one JSON object on standard output");
  command.option("--debug", "show where an error came from");
  command.addHelpText("after", `\nExample:\n  ${verb.example}\n`);
  return command.action(async () => {
    const flags = await withDerived(givenInput(command, fields), verb.derived ?? {});
    const given = argument === undefined ? flags : { ...flags, [argument]: command.args[0] };
    const { json = false, debug = false } = command.opts<Partial<FailureOptions>>();
    done(await verb.run(verb.input.parse(given), terminal, { json, debug }));
  });
}

async function withDerived(given: Record<string, unknown>, derived: Derived): Promise<Record<string, unknown>> {
  const missing = Object.entries(derived).filter(([name]) => given[name] === undefined);
  const found = await Promise.all(missing.map(async ([name, { value }]) => [name, await value(given)] as const));
  return { ...given, ...Object.fromEntries(found) };
}
