import { type Command, Option } from "commander";
import type { InputField } from "../core/platform/input.ts";

/**
 * Adds a flag for each field of an input: the same words, and what they say about it as its help.
 * @param origins by field name, where a value comes from that is not given by a flag
 */
export function addInputFlags(
  command: Command,
  fields: readonly InputField[],
  origins: ReadonlyMap<string, string> = new Map(),
): void {
  for (const field of fields) command.addOption(flagOf(field, origins.get(field.name)));
}

/** What was given, under the input's own names; the schema judges the values. */
export function givenInput(command: Command, fields: readonly InputField[]): Record<string, unknown> {
  const values = command.opts<Record<string, unknown>>();
  const attributes = new Map(command.options.map((option) => [option.long?.slice(2), option.attributeName()]));
  return Object.fromEntries(fields.map(({ name }) => [name, values[attributes.get(name) ?? name]]));
}

function flagOf(field: InputField, origin: string | undefined): Option {
  const option = new Option(`--${field.name}${placeholder(field)}`, describe(field, origin));
  // Commander takes `--no-cache` for the opposite of a flag `--cache`.
  option.negate = false;
  if (field.kind === "list") option.argParser((item: string, items: string[] | undefined) => [...(items ?? []), item]);
  return option;
}

function placeholder({ kind }: InputField): string {
  if (kind === "boolean") return " [true|false]";
  return kind === "number" ? " <number>" : kind === "list" ? " <item>" : " <text>";
}

function describe(field: InputField, origin: string | undefined): string {
  const { description, required, default: value, choices, kind } = field;
  const facts = [
    ...(origin === undefined ? (required ? ["required"] : []) : [`default: ${origin}`]),
    ...(choices === undefined ? [] : [`one of ${choices.join(", ")}`]),
    ...(kind === "list" ? ["may be repeated"] : []),
    ...(value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [`default: ${String(value)}`]),
  ];
  return facts.length === 0 ? description : `${description} (${facts.join("; ")})`;
}
