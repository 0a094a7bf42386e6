/** What every reader owes its user, out of any bytes: a value, or its own error, and in good time. */
import { expect } from "vitest";
import { ToolkitError } from "../../core/platform/errors.ts";

/** Far above what any of them takes, on a busy machine too. */
export const LONGEST_MS = 5_000;

/** Fails where the work throws what is no error of the toolkit's own, or takes too long. */
export async function read(work: () => unknown): Promise<void> {
  const started = performance.now();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error;
    expect(error.message).not.toMatch(/undefined:|\[object /);
    expect(error.remedy).not.toBe("");
  }
  expect(performance.now() - started).toBeLessThan(LONGEST_MS);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
}
