/** How GitHub cancels a step, and whether the run was done before it is killed. */
import { expect } from "vitest";
import type { Seen } from "./failure.ts";
import type { FailureStage } from "./failure-stage.fixture.ts";
import { onceSaid, type Release } from "./release.ts";

/** GitHub sends SIGTERM 7.5 s after SIGINT, and kills what is left of the step 2.5 s after that. */
const terminatedAfterMs = 7_500;
const killedAfterMs = 10_000;

type Send = (signal: NodeJS.Signals) => void;

export class Cancelling {
  #cancelledAt = 0;

  /** Cancels as soon as the run has said something. */
  onceSaid(words: RegExp): NonNullable<Release["meanwhile"]> {
    return onceSaid(words, (send) => this.now(send));
  }

  now(send: Send): void {
    this.#cancelledAt = performance.now();
    send("SIGINT");
    setTimeout(() => send("SIGTERM"), terminatedAfterMs).unref();
    setTimeout(() => send("SIGKILL"), killedAfterMs).unref();
  }

  /**
   * Cancels as soon as one of the stage's faults has met a call; what is denied besides is no phase of the run.
   * @param over aborted when the run has ended
   */
  async onceMet(stage: FailureStage, send: Send, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const answer = await fetch(`${stage.endpoint}/_localcloud/faults`);
      const { faults } = (await answer.json()) as { faults: { kind: string; met: number }[] };
      if (faults.some(({ kind, met }) => kind !== "access-denied" && met > 0)) return this.now(send);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  readonly besides: NonNullable<Seen["besides"]> = async (_stage, { talk }) => this.expectInTime(talk);

  /** The run has just ended, by itself: SIGTERM would have come later. @param talk what it said */
  expectInTime(talk: string): void {
    expect(this.#cancelledAt, talk).toBeGreaterThan(0);
    expect(performance.now() - this.#cancelledAt, talk).toBeLessThan(terminatedAfterMs);
  }
}
