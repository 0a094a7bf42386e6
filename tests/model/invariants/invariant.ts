import type { Snapshot } from "../snapshot.ts";

/** Says what is wrong with what is shown now, after what was shown before; `undefined` where nothing is. */
export type Check = (now: Snapshot, before: Snapshot) => string | undefined;

/** A rule that holds at every moment. Each run gets a check of its own, which may remember what it saw. */
export interface Invariant {
  readonly name: string;
  readonly start: () => Check;
}

/** What the first of the items for which something is wrong is told. */
export function first<Item>(items: readonly Item[], check: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const wrong = check(item);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
