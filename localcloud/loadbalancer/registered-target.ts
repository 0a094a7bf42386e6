import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Clock } from "../clock.ts";
import type { HealthCheck } from "./health-check.ts";
import { HealthChecker } from "./health-checker.ts";
import type { Probe, ProbeResult } from "./probe.ts";
import { TargetConnections } from "./target-connections.ts";
import { draining, initialChecks, type Judged, judge, notInUse, registering } from "./target-health.ts";
import type { Target } from "./targets.ts";

/** A request on its way through the load balancer. */
export interface InFlight {
  /** Ends it now: the target is gone. */
  abort(): void;
}

export interface TargetEnvironment {
  /** Measures AWS's waits: intervals and delays. */
  readonly clock: Clock;
  readonly probe: Probe;
  readonly healthCheck: () => HealthCheck;
  /** Called after the health's state, reason or description has changed. */
  readonly changed: (target: RegisteredTarget) => void;
}

/** One target of a target group: its health, its connections, its requests under way. */
export class RegisteredTarget implements Target {
  readonly id: string;
  readonly port: number;
  readonly connections = new TargetConnections();
  readonly inFlight = new Set<InFlight>();
  readonly #environment: TargetEnvironment;
  readonly #checker: HealthChecker;
  #judged: Judged = { health: notInUse, streak: 0 };
  #cancelDelay: (() => void) | undefined;

  constructor(target: Target, environment: TargetEnvironment) {
    this.id = target.id;
    this.port = target.port;
    this.#environment = environment;
    this.#checker = new HealthChecker({
      clock: environment.clock,
      probe: environment.probe,
      target: this,
      settings: environment.healthCheck,
      report: (result) => this.#observe(result),
    });
  }

  get health(): TargetHealth {
    return this.#judged.health;
  }

  /** A listener or rule forwards to the group: registers with the load balancer, then is probed. */
  use(): void {
    this.#become(registering);
    this.#cancelDelay = this.#environment.clock.after(0, () => {
      this.#become(initialChecks);
      this.#checker.start();
    });
  }

  /** Nothing forwards to the group any more. */
  unuse(): void {
    this.#rest();
    this.#become(notInUse);
  }

  /**
   * Gets no new requests; those under way go on until `delaySeconds` have passed, then they are cut and `gone` runs.
   * The state is `draining` for the whole delay even when nothing is under way, as AWS shows it.
   */
  drain(delaySeconds: number, gone: () => void): void {
    this.#rest();
    this.connections.drain();
    this.#become(draining);
    this.#cancelDelay = this.#environment.clock.after(delaySeconds * 1000, () => {
      this.close();
      gone();
    });
  }

  /** Registered again while it drained. */
  revive(): void {
    this.#rest();
    this.connections.resume();
  }

  close(): void {
    this.#rest();
    for (const request of this.inFlight) request.abort();
    this.connections.destroy();
  }

  #rest(): void {
    this.#checker.stop();
    this.#cancelDelay?.();
    this.#cancelDelay = undefined;
  }

  #observe(result: ProbeResult): void {
    const before = this.#judged;
    this.#judged = judge(before, result, this.#environment.healthCheck());
    if (this.#judged.health !== before.health) this.#environment.changed(this);
  }

  #become(health: TargetHealth): void {
    this.#judged = { health, streak: 0 };
    this.#environment.changed(this);
  }
}
