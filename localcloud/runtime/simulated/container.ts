import type { Clock } from "../../clock.ts";
import type { ProbeResult } from "../../loadbalancer/probe.ts";
import type { Exit, RunningContainer } from "../runtime.ts";
import type { Behaviour } from "./script.ts";

const SIGKILL_EXIT = 137;
const SIGTERM_EXIT = 143;

/** A container without a process: what it does is written down beforehand. */
export class SimulatedContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly bindings: RunningContainer["bindings"];
  readonly exited: Promise<Exit>;
  readonly #behaviour: Behaviour;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #onRemoved: () => void;
  readonly #exit = Promise.withResolvers<Exit>();
  #hasExited = false;
  #isStopping = false;

  constructor(
    id: string,
    bindings: RunningContainer["bindings"],
    { behaviour, clock, onRemoved }: { behaviour: Behaviour; clock: Clock; onRemoved: () => void },
  ) {
    this.runtimeId = id;
    this.bindings = bindings;
    this.exited = this.#exit.promise;
    this.#behaviour = behaviour;
    this.#clock = clock;
    this.#onRemoved = onRemoved;
    this.#startedAt = clock.now();
    const { exit } = behaviour;
    if (exit === undefined) return;
    const cancel = clock.after(exit.afterMs, () => this.#end(exit.code, exit.reason));
    void this.exited.then(cancel);
  }

  /** How it answers a load balancer's health check. */
  probed(): ProbeResult {
    if (!this.#hasExited && this.#isHealthyTo("load-balancer")) return { healthy: true };
    const { unhealthyAnswer } = this.#behaviour;
    if (this.#hasExited || unhealthyAnswer === "refused")
      return { healthy: false, reason: "Target.FailedHealthChecks", description: "Health checks failed" };
    if (unhealthyAnswer === "timeout")
      return { healthy: false, reason: "Target.Timeout", description: "Request timed out" };
    return {
      healthy: false,
      reason: "Target.ResponseCodeMismatch",
      description: `Health checks failed with these codes: [${unhealthyAnswer}]`,
    };
  }

  kill(signal: NodeJS.Signals): void {
    if (signal === "SIGKILL") this.#end(SIGKILL_EXIT);
    if (this.#isStopping || this.#hasExited) return;
    this.#isStopping = true;
    const cancel = this.#clock.after(this.#behaviour.stopMs, () => this.#end(SIGTERM_EXIT));
    void this.exited.then(cancel);
  }

  /** Whatever the command is: a container's health check passes while the container is healthy. */
  async exec(): Promise<number> {
    return !this.#hasExited && this.#isHealthyTo("container-health-check") ? 0 : 1;
  }

  async remove(): Promise<void> {
    this.#onRemoved();
  }

  #isHealthyTo(whom: Behaviour["unhealthyTo"]): boolean {
    const { healthyAfterMs, unhealthyAfterMs, unhealthyTo = whom } = this.#behaviour;
    const age = this.#clock.now() - this.#startedAt;
    return unhealthyTo !== whom || (age >= healthyAfterMs && age < unhealthyAfterMs);
  }

  #end(exitCode: number, reason?: string): void {
    this.#hasExited = true;
    this.#exit.resolve(reason === undefined ? { exitCode } : { exitCode, reason });
  }
}
