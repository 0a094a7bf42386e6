import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Clock } from "../clock.ts";
import { AwsError } from "../protocol/aws-error.ts";
import type { Probe } from "./probe.ts";
import { TargetGroup, type TargetGroupSettings } from "./target-group.ts";
import type { FoundTargetGroup, Target, TargetRegistry } from "./targets.ts";

/** All target groups of the load balancers on this machine, by their ARNs. */
export class TargetGroups implements TargetRegistry {
  readonly #environment: { clock: Clock; probe: Probe };
  readonly #groups = new Map<string, TargetGroup>();
  readonly #listeners = new Set<(targetGroupArn: string, target: Target) => void>();

  constructor(environment: { clock: Clock; probe: Probe }) {
    this.#environment = environment;
  }

  create(arn: string, name: string, settings: TargetGroupSettings, targetType = "ip"): TargetGroup {
    const changed = (target: Target) => {
      for (const listener of this.#listeners) listener(arn, target);
    };
    const group = new TargetGroup({ arn, name, targetType }, settings, { ...this.#environment, changed });
    this.#groups.set(arn, group);
    return group;
  }

  delete(arn: string): void {
    this.#groups.get(arn)?.close();
    this.#groups.delete(arn);
  }

  /** Tells every group whether it is among those that a listener or rule forwards to. */
  use(arns: ReadonlySet<string>): void {
    for (const group of this.#groups.values()) group.inUse = arns.has(group.arn);
  }

  find(targetGroupArn: string): FoundTargetGroup | undefined {
    const group = this.#groups.get(targetGroupArn);
    return group && { targetGroupName: group.name, targetType: group.targetType, inUse: group.inUse };
  }

  register(targetGroupArn: string, target: Target): void {
    this.group(targetGroupArn).register(target);
  }

  deregister(targetGroupArn: string, target: Target): void {
    this.group(targetGroupArn).deregister(target);
  }

  health(targetGroupArn: string, target: Target): TargetHealth | undefined {
    return this.#groups.get(targetGroupArn)?.health(target);
  }

  onChange(listener: (targetGroupArn: string, target: Target) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws {AwsError} TargetGroupNotFoundException */
  group(arn: string): TargetGroup {
    const group = this.#groups.get(arn);
    if (group === undefined) throw new AwsError("TargetGroupNotFoundException", "One or more target groups not found");
    return group;
  }

  close(): void {
    for (const group of this.#groups.values()) group.close();
    this.#groups.clear();
    this.#listeners.clear();
  }
}
