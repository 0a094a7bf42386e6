import { isAnswer } from "../platform/aws/passing.ts";

/** How often a call may be made that leaves open whether it was done: each lost answer may be one that was. */
const mostLost = 3;
/** AWS does not do what it fails on, mostly; and that passes, if not at once. */
const mostFailed = 5;
const firstPauseMs = 1_000;
const longestPauseMs = 5_000;

/** Whether a call that left it open so many times, the last time by `cause`, may be made again. */
export function mayTryAgain(times: number, cause: unknown): boolean {
  return times < (isAnswer(cause) ? mostFailed : mostLost);
}

/**
 * How long to wait before looking whether such a call was done, and before it is made again.
 * @param times how often it was left open
 * @returns milliseconds
 */
export function pauseMs(times: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (times - 1));
}
