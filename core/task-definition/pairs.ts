import { ToolkitError } from "../platform/errors.ts";

export type Pairs = ReadonlyMap<string, string>;

/**
 * An input's items of the form `name=value`, by their names. A value may hold `=`, so that only the first one counts;
 * of a name that is given twice the last value counts.
 * @throws {ToolkitError} INPUT_INVALID
 */
export function pairs(input: string, items: readonly string[] = []): Pairs {
  return new Map(items.map((item, index) => pair(input, item, index)));
}

/** As {@link pairs}, one item, which is the list's at `index`. */
export function pair(input: string, item: string, index: number): readonly [string, string] {
  const [name = ""] = item.split("=", 1);
  if (name !== "" && name !== item) return [name, item.slice(name.length + 1)];
  // Not shown: it may be a further line of a value that has several, and a secret.
  throw new ToolkitError(
    "INPUT_INVALID",
    `${input}: item ${index + 1} is not of the form name=value`,
    `Correct the input ${input}: give name=value, one on each line.`,
  );
}
