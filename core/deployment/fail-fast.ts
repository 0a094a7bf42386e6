import type { Service } from "@aws-sdk/client-ecs";
import { cannotStartReason } from "../diagnosis/cannot-start.ts";
import type { StoppedTask } from "../diagnosis/stopped-tasks.ts";
import { deadlockReason } from "./deadlock.ts";
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

interface Signals {
  /** Ends with the run. */
  readonly signal: AbortSignal;
  /** Ends with the run or at the deadline. */
  readonly ending: AbortSignal;
}

interface FoundFailure {
  readonly reason: string;
  /** Whether the service's own circuit breaker will find it, too: a deployment that cannot move fails no task. */
  readonly isNoticed: boolean;
}

/**
 * Acts once when the deployment provably cannot start, or has failed without going back: says so, and asks for the
 * rollback where `on-failure` wants it. Without any of that the reading's own verdict stands.
 */
export class FailFast {
  readonly #pinned: PinnedDeployment;
  readonly #stopper: DeploymentStopper;
  readonly #signals: Signals;
  #acted = false;

  constructor(pinned: PinnedDeployment, stopper: DeploymentStopper, signals: Signals) {
    this.#pinned = pinned;
    this.#stopper = stopper;
    this.#signals = signals;
  }

  /**
   * @param failed is told the reason once the rollback was asked for: the watch then follows it
   * @returns the verdict, `undefined` where the watch goes on
   */
  async *judge(
    { service, stopped, verdict }: Seen,
    failed: (reason: string) => void,
  ): AsyncGenerator<WatchEvent, Verdict | undefined> {
    const found = this.#acted ? undefined : this.#failure({ service, stopped, verdict });
    if (found === undefined) return verdict;
    const { reason, isNoticed } = found;
    this.#acted = true;
    if (verdict === undefined) yield { type: "cannot-start", reason };
    const left: Verdict = verdict ?? { outcome: "failed", reason, service };
    if (!this.#wantsRollback()) {
      if (verdict === undefined) yield { type: "note", line: this.#leftAsItIs() };
      return left;
    }
    const asked = await this.#stopper.rollBack(this.#signals.ending);
    if (asked.requested) {
      yield { type: "rollback-requested" };
      failed(reason);
      return undefined;
    }
    yield { type: "note", line: `the ${asked.words}` };
    // It is for `on-cancel` to ask then.
    if (this.#signals.signal.aborted) return verdict;
    // Where the service itself rolls back, it still will.
    return isNoticed && this.#pinned.rollbackEnabled ? undefined : left;
  }

  #failure({ service, stopped, verdict }: Seen): FoundFailure | undefined {
    const { onFailure, id } = this.#pinned;
    if (verdict !== undefined) {
      const stalled = verdict.outcome === "failed" && verdict.successor === undefined && service.status === "ACTIVE";
      return stalled && onFailure === "rollback" ? { reason: verdict.reason, isNoticed: false } : undefined;
    }
    const ours = service.deployments?.find((deployment) => deployment.id === id);
    if (ours?.status !== "PRIMARY" || ours.rolloutState !== "IN_PROGRESS") return undefined;
    const cannotStart = cannotStartReason(stopped, ours.runningCount ?? 0);
    if (cannotStart !== undefined) return { reason: cannotStart, isNoticed: true };
    const deadlock = deadlockReason(service, this.#pinned);
    return deadlock === undefined ? undefined : { reason: deadlock, isNoticed: false };
  }

  /** The run ends here, the deployment does not. */
  #leftAsItIs(): string {
    const why = this.#pinned.onFailure === "leave" ? "as asked" : "as the service does not roll back by itself";
    return `deployment ${this.#pinned.id} is left as it is, ${why}: Amazon ECS goes on trying`;
  }

  #wantsRollback(): boolean {
    const { onFailure, rollbackEnabled } = this.#pinned;
    return onFailure === "rollback" || (onFailure === "as-service" && rollbackEnabled);
  }
}
