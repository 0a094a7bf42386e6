/** The failures as people look for them: by theme, and those that differ only in how something is spelt as one. */
import { everyFailure, failuresOf } from "./every-failure.ts";
import type { Failure } from "./failure.ts";

/** Failures that a user sees the same of. */
export interface Kind {
  /** Whose run is recorded. */
  readonly first: Failure;
  /** The others' names, without what they share with the first one's. */
  readonly like: readonly string[];
}

export interface Theme {
  readonly title: string;
  readonly kinds: readonly Kind[];
}

/** Each with the files that have its failures. */
const themes: Readonly<Record<string, readonly string[]>> = {
  "The revision does not come up": ["start-image", "start-exits", "start-health", "start-resources", "start-capacity"],
  "The rollout ends otherwise": [
    "rollout-breaker",
    "rollout-alarm",
    "rollout-others",
    "rollout-ends",
    "rollout-several",
  ],
  "The run is ended": ["cancel", "rollout-killed"],
  "AWS or the way to it fails": ["api-errors", "api-time", "api-connection", "api-endpoint"],
  "The input is wrong": ["inputs", "inputs-keys", "inputs-image", "inputs-empty", "inputs-preflight"],
  "Access is denied": ["inputs-access"],
};

/** In how many ways something is spelt, when it happens, how far a clock is off: the screen is the same. */
const spelt =
  /^(misspelt key|wrong image reference|empty input|blank input|clock skew|stale reads|cancelled)\b[^:]*(?=: )/;

/**
 * Every failure, in the order in which they are told.
 * @throws {Error} where one is of no theme
 */
export async function themedFailures(): Promise<readonly Theme[]> {
  const told = await Promise.all(
    Object.entries(themes).map(async ([title, files]) => {
      const lists = await Promise.all(files.map((file) => failuresOf(`${file}.failures.ts`)));
      return { title, failures: lists.flat() };
    }),
  );
  const themed = new Set(told.flatMap(({ failures }) => failures));
  const others = (await everyFailure()).filter((failure) => !themed.has(failure)).map(({ name }) => name);
  if (others.length > 0) throw new Error(`of no theme: ${others.join(" · ")}`);
  return told.map(({ title, failures }) => ({ title, kinds: kindsOf(failures) }));
}

/** Of each kind the one whose run is recorded. */
export async function recordedFailures(): Promise<readonly Failure[]> {
  return (await themedFailures()).flatMap(({ kinds }) => kinds.map(({ first }) => first));
}

function kindsOf(failures: readonly Failure[]): readonly Kind[] {
  const groups = Map.groupBy(failures, ({ name, seen }) =>
    JSON.stringify([spelt.exec(name)?.[0] ?? name, seen.outcome, seen.exitCode, seen.mutating]),
  );
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ first, like: others.map(({ name }) => name.replace(spelt, "").replace(/^: /, "")) }],
  );
}
