import { canonical } from "./values.ts";

/** Calls whose last output is kept for comparison: those of a watch are made again and again. */
const mostCalls = 64;

/** Finds outputs that are what the same call answered before: a watch reads the same thing for minutes. */
export class SameOutputs {
  readonly #last = new Map<string, { readonly number: number; readonly output: string }>();

  /**
   * The number of the earlier call with the very same output; `undefined` where this one is new.
   * @param call what tells one call from another: operation and input
   */
  sameAs(number: number, call: readonly unknown[], json: unknown): number | undefined {
    const key = canonical(call);
    const output = canonical(json);
    const before = this.#last.get(key);
    if (before?.output === output) return before.number;
    this.#last.delete(key);
    this.#last.set(key, { number, output });
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= mostCalls) break;
      this.#last.delete(oldest);
    }
    return undefined;
  }
}
