import * as v from "valibot";

/**
 * The kinds of input that a flag, an action's input and a program can all give: each field takes its typed value and
 * the text that stands for it, because GitHub and a shell know only text.
 */
export type InputKind = "text" | "boolean" | "number" | "list";

/** Text that is not empty or blank. */
export function text(description: string) {
  return v.pipe(
    v.string(),
    v.nonEmpty("is empty"),
    v.check((value) => value.trim() !== "", "is blank"),
    v.description(description),
    v.metadata({ kind: "text" satisfies InputKind }),
  );
}

/** One of a few words. */
export function choice<const Words extends readonly string[]>(words: Words, description: string) {
  return v.pipe(
    v.picklist(words, `must be one of ${words.join(", ")}`),
    v.description(description),
    v.metadata({ kind: "text" satisfies InputKind, choices: words }),
  );
}

const truth: Record<string, boolean> = { true: true, True: true, TRUE: true, false: false, False: false, FALSE: false };

/** A boolean, or its YAML 1.2 spelling, which is what GitHub's own inputs take. */
export function boolean(description: string) {
  return v.pipe(
    v.union(
      [
        v.boolean(),
        v.pipe(
          v.picklist(Object.keys(truth)),
          v.transform((word) => truth[word] === true),
        ),
      ],
      "must be true or false",
    ),
    v.description(description),
    v.metadata({ kind: "boolean" satisfies InputKind }),
  );
}

/** A whole number between two limits, or its decimal digits. */
export function wholeNumber(description: string, limits: { readonly min: number; readonly max: number }) {
  const form = `must be a whole number from ${limits.min} to ${limits.max}`;
  const digits = v.pipe(v.string(), v.trim(), v.regex(/^-?\d{1,15}$/), v.transform(Number));
  return v.pipe(
    v.union([v.number(), digits], form),
    v.integer(form),
    v.minValue(limits.min, form),
    v.maxValue(limits.max, form),
    v.description(description),
    v.metadata({ kind: "number" satisfies InputKind }),
  );
}

/** A list of texts, or one text with an item on each line; empty lines do not count. */
export function list(description: string) {
  const lines = v.pipe(
    v.string(),
    v.transform((value) => value.split(/\r?\n/).map((line) => line.trim())),
    v.transform((items) => items.filter((item) => item !== "")),
  );
  return v.pipe(
    v.union(
      [
        v.array(
          v.pipe(
            v.string(),
            v.check((item) => item.trim() !== ""),
          ),
        ),
        lines,
      ],
      "must be a list of texts that are not empty or blank",
    ),
    v.description(description),
    v.metadata({ kind: "list" satisfies InputKind }),
  );
}
