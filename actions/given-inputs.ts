import { ToolkitError } from "../core/platform/errors.ts";
import type { InputField } from "../core/platform/input.ts";
import { nearMiss } from "../core/platform/near-miss.ts";

const prefix = "INPUT_";

/** An input of an official action that says here what is so anyway: any other value is refused. */
export interface FixedInput {
  readonly name: string;
  readonly description: string;
  readonly value: "true" | "false";
  /** Why it cannot be otherwise, and what to do instead. */
  readonly why: string;
}

/** The inputs that an action knows. */
export interface KnownInputs {
  readonly fields: readonly Pick<InputField, "name">[];
  readonly fixed?: readonly FixedInput[];
  /** Inputs of the official actions that this one does not have yet. */
  readonly notBuilt: readonly string[];
}

/**
 * What a workflow gave, out of the environment that the runner makes of it: `INPUT_WAIT-UNTIL` is `wait-until`, an
 * empty text is not given. The runner passes what action.yml does not declare too, with no more than a warning; an
 * input that changes nothing, though it was meant to, is an error here.
 * @throws {ToolkitError} INPUT_INVALID, naming an input that is unknown, not built, or fixed to another value
 */
export function givenInputs(environment: NodeJS.ProcessEnv, known: KnownInputs): Record<string, string> {
  const given: Record<string, string> = {};
  const names = new Map(known.fields.map(({ name }) => [name.toLowerCase(), name]));
  const notBuilt = new Map(known.notBuilt.map((name) => [name.toLowerCase(), name]));
  const fixed = new Map(known.fixed?.map((input) => [input.name.toLowerCase(), input]));
  for (const [variable, text = ""] of Object.entries(environment)) {
    if (!variable.startsWith(prefix)) continue;
    const word = variable.slice(prefix.length).toLowerCase();
    const name = names.get(word);
    const same = fixed.get(word);
    if (name === undefined && same === undefined && !notBuilt.has(word)) throw unknown(word, known);
    const value = text.trim();
    if (value === "") continue;
    if (name !== undefined) given[name] = value;
    else if (same === undefined) throw notYet(notBuilt.get(word) ?? word);
    else if (value.toLowerCase() !== same.value) throw otherwise(same);
  }
  return given;
}

function unknown(word: string, { fields, notBuilt }: KnownInputs): ToolkitError {
  const names = fields.map(({ name }) => name);
  const meant = nearMiss(word, names) ?? nearMiss(word, notBuilt);
  return new ToolkitError(
    "INPUT_INVALID",
    `${word}: there is no such input${meant === undefined ? "" : `, did you mean ${meant}?`}`,
    `Use one of ${names.join(", ")}.`,
  );
}

function otherwise({ name, value, why }: FixedInput): ToolkitError {
  return new ToolkitError("INPUT_INVALID", `${name}: can only be ${value}`, why);
}

function notYet(name: string): ToolkitError {
  return new ToolkitError(
    "INPUT_INVALID",
    `${name}: this action does not have this input yet`,
    `Take ${name} out, or keep using the official action for what it does.`,
  );
}
