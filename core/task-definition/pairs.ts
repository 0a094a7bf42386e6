import { ToolkitError } from "../platform/errors.ts";

export type Pairs = ReadonlyMap<string, string>;

/**
 * An input's items of the form `name=value`, by their names. A value may hold `=`, so that only the first one counts;
 * of a name that is given twice the last value counts.
 * @throws {ToolkitError} INPUT_INVALID
 */
export function pairs(input: string, items: readonly string[] = []): Pairs {
  return new Map(items.map((item) => pair(input, item)));
}

function pair(input: string, item: string): readonly [string, string] {
  const [name = ""] = item.split("=", 1);
  if (name !== "" && name !== item) return [name, item.slice(name.length + 1)];
  // The rest of the item may be a secret.
  const shown = name === "" ? "an item" : `"${name}"`;
  throw new ToolkitError(
    "INPUT_INVALID",
    `${input}: ${shown} is not of the form name=value`,
    `Correct the input ${input}: give name=value, one on each line.`,
  );
}
