import type { Service } from "@aws-sdk/client-ecs";
import { cannotStartReason } from "../diagnosis/cannot-start.ts";
import type { StoppedTask } from "../diagnosis/stopped-tasks.ts";
import type { DeploymentStopper } from "./deployment-stopper.ts";
import type { WatchEvent } from "./events.ts";
import type { PinnedDeployment } from "./strategy.ts";
import type { Verdict } from "./verdict.ts";

/** What a reading has shown. */
interface Seen {
  readonly service: Service;
  /** The deployment's stopped tasks. */
  readonly stopped: readonly StoppedTask[];
  /** What the reading itself decides. */
  readonly verdict: Verdict | undefined;
}

/**
 * Acts once when the deployment provably cannot start, or has failed without going back: says so, and asks for the
 * rollback where `on-failure` wants it. Without any of that the reading's own verdict stands.
 */
export class FailFast {
  readonly #pinned: PinnedDeployment;
  readonly #stopper: DeploymentStopper;
  readonly #signal: AbortSignal;
  #acted = false;

  constructor(pinned: PinnedDeployment, stopper: DeploymentStopper, signal: AbortSignal) {
    this.#pinned = pinned;
    this.#stopper = stopper;
    this.#signal = signal;
  }

  /**
   * @param failed is told the reason once the rollback was asked for: the watch then follows it
   * @returns the verdict, `undefined` where the watch goes on
   */
  async *judge(
    { service, stopped, verdict }: Seen,
    failed: (reason: string) => void,
  ): AsyncGenerator<WatchEvent, Verdict | undefined> {
    const reason = this.#acted ? undefined : this.#reason({ service, stopped, verdict });
    if (reason === undefined) return verdict;
    this.#acted = true;
    if (verdict === undefined) yield { type: "cannot-start", reason };
    const left: Verdict = verdict ?? { outcome: "failed", reason, service };
    if (!this.#wantsRollback()) return left;
    const asked = await this.#stopper.rollBack(this.#signal);
    if (asked.requested) {
      yield { type: "rollback-requested" };
      failed(reason);
      return undefined;
    }
    yield { type: "note", line: `the rollback was not asked for: ${asked.why}` };
    // Where the service itself rolls back, it still will.
    return verdict === undefined && this.#pinned.rollbackEnabled ? undefined : left;
  }

  #reason({ service, stopped, verdict }: Seen): string | undefined {
    const { onFailure, id } = this.#pinned;
    if (verdict !== undefined) {
      const stalled = verdict.outcome === "failed" && verdict.successor === undefined;
      return stalled && onFailure === "rollback" ? verdict.reason : undefined;
    }
    const ours = service.deployments?.find((deployment) => deployment.id === id);
    if (ours?.status !== "PRIMARY" || ours.rolloutState !== "IN_PROGRESS") return undefined;
    return cannotStartReason(stopped, ours.runningCount ?? 0);
  }

  #wantsRollback(): boolean {
    const { onFailure, rollbackEnabled } = this.#pinned;
    return onFailure === "rollback" || (onFailure === "as-service" && rollbackEnabled);
  }
}
