import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Clock } from "../clock.ts";
import type { HealthCheck } from "./health-check.ts";
import type { Probe } from "./probe.ts";
import { RegisteredTarget } from "./registered-target.ts";
import type { Target } from "./targets.ts";

export interface TargetGroupSettings {
  readonly healthCheck: HealthCheck;
  /** `deregistration_delay.timeout_seconds` */
  readonly deregistrationDelaySeconds: number;
}

export interface TargetGroupEnvironment {
  readonly clock: Clock;
  readonly probe: Probe;
  /** Called whenever a target's health has changed, and when it is gone. */
  readonly changed: (target: Target) => void;
}

/** The targets of one group and which of them is next. */
export class TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly targetType: string;
  settings: TargetGroupSettings;
  readonly #environment: TargetGroupEnvironment;
  readonly #targets = new Map<string, RegisteredTarget>();
  #inUse = false;
  /** Who gets requests, in the order of their turns. Made anew when a health changes, not per request. */
  #routable: readonly RegisteredTarget[] = [];
  #turn = 0;

  constructor(
    identity: { arn: string; name: string; targetType: string },
    settings: TargetGroupSettings,
    environment: TargetGroupEnvironment,
  ) {
    this.arn = identity.arn;
    this.name = identity.name;
    this.targetType = identity.targetType;
    this.settings = settings;
    this.#environment = environment;
  }

  /** Whether a listener or rule forwards to the group. Its targets are checked only then. */
  get inUse(): boolean {
    return this.#inUse;
  }

  set inUse(inUse: boolean) {
    if (inUse === this.#inUse) return;
    this.#inUse = inUse;
    for (const target of this.#targets.values()) {
      if (target.health.State === "draining") continue;
      if (inUse) target.use();
      else target.unuse();
    }
  }

  get targets(): readonly RegisteredTarget[] {
    return [...this.#targets.values()];
  }

  /** Registering a registered target changes nothing; one that drains starts anew. */
  register(target: Target): void {
    const known = this.#targets.get(keyOf(target));
    if (known !== undefined && known.health.State !== "draining") return;
    known?.revive();
    const registered = known ?? this.#add(target);
    if (this.#inUse) registered.use();
    else registered.unuse();
  }

  /** A target that is not registered is no error, as on AWS. One that nothing forwards to has nothing to drain. */
  deregister(target: Target): void {
    const known = this.#targets.get(keyOf(target));
    if (known === undefined || known.health.State === "draining") return;
    const gone = () => this.#remove(known);
    if (this.#inUse) known.drain(this.settings.deregistrationDelaySeconds, gone);
    else {
      known.close();
      gone();
    }
  }

  health(target: Target): TargetHealth | undefined {
    return this.#targets.get(keyOf(target))?.health;
  }

  /** The target whose turn it is, `undefined` where there is none: round robin. */
  next(): RegisteredTarget | undefined {
    if (this.#routable.length === 0) return undefined;
    this.#turn = (this.#turn + 1) % this.#routable.length;
    return this.#routable[this.#turn];
  }

  /** Ends every probe, connection and request under way. */
  close(): void {
    for (const target of this.#targets.values()) target.close();
    this.#targets.clear();
    this.#routable = [];
  }

  #add(target: Target): RegisteredTarget {
    const registered = new RegisteredTarget(target, {
      clock: this.#environment.clock,
      probe: this.#environment.probe,
      healthCheck: () => this.settings.healthCheck,
      changed: (changed) => this.#changed(changed),
    });
    this.#targets.set(keyOf(target), registered);
    return registered;
  }

  #remove(target: RegisteredTarget): void {
    this.#targets.delete(keyOf(target));
    this.#changed(target);
  }

  #changed({ id, port }: RegisteredTarget): void {
    this.#routable = routable(this.targets);
    this.#environment.changed({ id, port });
  }
}

/**
 * The healthy targets; where there is none, all that are registered and not draining ("fail open").
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
function routable(targets: readonly RegisteredTarget[]): readonly RegisteredTarget[] {
  const healthy = targets.filter((target) => target.health.State === "healthy");
  if (healthy.length > 0) return healthy;
  return targets.filter((target) => target.health.State === "initial" || target.health.State === "unhealthy");
}

function keyOf({ id, port }: Target): string {
  return `${id} ${port}`;
}
