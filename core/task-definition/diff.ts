import type { JsonObject } from "../platform/json.ts";
import { maskSecret } from "./mask.ts";
import { type Leaf, type Normalised, normaliseTaskDefinition } from "./normalise.ts";

/** One setting that differs. */
interface Difference<Value> {
  /** In the API's names, list items by their name: `containerDefinitions[web].environment[LOG_LEVEL]`. */
  readonly path: string;
  /** `undefined` where the setting is new. */
  readonly before: Value | undefined;
  /** `undefined` where the setting is gone. */
  readonly after: Value | undefined;
}

/** One setting that differs, as it may be shown: texts, with what looks like a secret masked. */
export type Change = Difference<string>;

/** {@link differences} as they may be shown: what is masked is compared as it is. */
export function diffTaskDefinitions(before: JsonObject, after: JsonObject): readonly Change[] {
  return differences(before, after).map(({ path, before: old, after: renewed }) => ({
    path,
    before: shown(path, old),
    after: shown(path, renewed),
  }));
}

/**
 * What differs between two task definitions once both are normalised: empty exactly when they mean the same to
 * Amazon ECS. Read-only fields must already be gone from both; `tags` are compared only where `after` has them,
 * because a task definition without tags says nothing about tags.
 */
export function differences(before: JsonObject, after: JsonObject): readonly Difference<Leaf>[] {
  const { tags: _tags, ...withoutTags } = before;
  const old = leavesOf(normaliseTaskDefinition(after.tags === undefined ? withoutTags : before));
  const renewed = leavesOf(normaliseTaskDefinition(after));
  const paths = [...new Set([...old.keys(), ...renewed.keys()])];
  return paths
    .filter((path) => encoded(old.get(path)) !== encoded(renewed.get(path)))
    .map((path) => ({ path, before: old.get(path), after: renewed.get(path) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The settings of a normalised task definition by their paths. */
export function leavesOf(node: Normalised, path = "", leaves = new Map<string, Leaf>()): Map<string, Leaf> {
  for (const [key, value] of Object.entries(node)) {
    const memberPath = path === "" || key.startsWith("[") ? path + key : `${path}.${key}`;
    if (isBranch(value)) leavesOf(value, memberPath, leaves);
    else leaves.set(memberPath, value);
  }
  return leaves;
}

function isBranch(value: Normalised | Leaf): value is Normalised {
  return typeof value === "object" && !Array.isArray(value);
}

function encoded(leaf: Leaf | undefined): string | undefined {
  return leaf === undefined ? undefined : JSON.stringify(leaf);
}

function shown(path: string, leaf: Leaf | undefined): string | undefined {
  if (leaf === undefined) return undefined;
  return maskSecret(path, typeof leaf === "string" ? leaf : JSON.stringify(leaf));
}
