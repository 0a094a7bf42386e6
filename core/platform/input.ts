import * as v from "valibot";
import { ToolkitError } from "./errors.ts";
import type { InputKind } from "./input-fields.ts";
import { nearMiss } from "./near-miss.ts";

/** `wait-for-minutes` → `waitForMinutes`. */
type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** What a use case's input looks like inside core: the schema's output under camelCase names. */
export type InputOf<Entries extends v.ObjectEntries> = {
  readonly [Name in keyof Parsed<Entries> as Name extends string ? CamelCase<Name> : never]: Parsed<Entries>[Name];
};

type Parsed<Entries extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<Entries, undefined>>;

/** What an adapter needs to know of one input, to make a flag of it or to compare an action.yml with it. */
export interface InputField {
  /** Kebab-case, as users write it. */
  readonly name: string;
  readonly description: string;
  readonly kind: InputKind;
  /** Whether a value must be given: neither optional nor with a default. */
  readonly required: boolean;
  readonly default: unknown;
  readonly choices: readonly string[] | undefined;
}

export interface InputSchema<Entries extends v.ObjectEntries> {
  readonly fields: readonly InputField[];
  /**
   * The input out of what an adapter collected under kebab-case names; `undefined` counts as not given.
   * @throws {ToolkitError} INPUT_INVALID, naming the first input that is missing, unknown or not of its form.
   */
  parse(raw: Readonly<Record<string, unknown>>): InputOf<Entries>;
  /** The input under its kebab-case names again: `parse` makes the same of it. */
  given(input: InputOf<Entries>): Record<string, unknown>;
}

/**
 * Declares a use case's input: kebab-case names to fields (see input-fields.ts), `v.optional(field)` where it may be
 * left out and `v.optional(field, default)` where a default stands in. Flags and action inputs follow from it.
 * @param check what one field alone cannot tell; throws INPUT_INVALID
 */
export function inputSchema<const Entries extends v.ObjectEntries>(
  entries: Entries,
  check: (input: InputOf<Entries>) => void = () => undefined,
): InputSchema<Entries> {
  const schema = v.strictObject(entries);
  const fields = Object.entries(entries).map(([name, entry]) => inputField(name, entry));
  return {
    fields,
    parse(raw) {
      const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
      const result = v.safeParse(schema, given, { abortEarly: true });
      if (!result.success) throw invalidInput(result.issues[0], fields);
      const camelCased = Object.entries(result.output).map(([name, value]) => [camelCase(name), value]);
      const input = Object.fromEntries(camelCased) as InputOf<Entries>;
      check(input);
      return input;
    },
    given: (input) =>
      Object.fromEntries(fields.map(({ name }) => [name, (input as Record<string, unknown>)[camelCase(name)]])),
  };
}

/** `wait-for-minutes` → `waitForMinutes`. */
function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, first: string) => first.toUpperCase());
}

function inputField(name: string, entry: v.ObjectEntries[string]): InputField {
  const field = innermost(entry);
  const { kind, choices } = v.getMetadata(field) as { kind?: InputKind; choices?: readonly string[] };
  const description = v.getDescription(field);
  if (kind === undefined || description === undefined) throw new Error(`input ${name} is not made of an input field`);
  const optional = entry.type === "optional";
  return { name, description, kind, choices, required: !optional, default: optional ? v.getDefault(entry) : undefined };
}

function innermost(entry: v.ObjectEntries[string]): v.GenericSchema {
  return "wrapped" in entry ? innermost(entry.wrapped as v.GenericSchema) : (entry as v.GenericSchema);
}

function invalidInput(issue: v.BaseIssue<unknown>, fields: readonly InputField[]): ToolkitError {
  const name = String(issue.path?.[0]?.key ?? "");
  const field = fields.find((candidate) => candidate.name === name);
  if (field === undefined) return unknownInput(name, fields);
  const missing = issue.input === undefined;
  return new ToolkitError(
    "INPUT_INVALID",
    `${name}: ${missing ? "is missing" : problem(issue)}`,
    `${missing ? "Give" : "Correct"} the input ${name}: ${field.description}`,
  );
}

/** The schema's own sentences start with valibot's default wording only where a type is wrong. */
function problem(issue: v.BaseIssue<unknown>): string {
  return issue.message.startsWith("Invalid type") ? `must be a ${issue.expected}` : issue.message;
}

function unknownInput(name: string, fields: readonly InputField[]): ToolkitError {
  const names = fields.map((field) => field.name);
  const meant = nearMiss(name, names);
  return new ToolkitError(
    "INPUT_INVALID",
    `${name}: there is no such input${meant === undefined ? "" : `, did you mean ${meant}?`}`,
    `Use one of ${names.join(", ")}.`,
  );
}
