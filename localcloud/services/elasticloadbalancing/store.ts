import type { LoadBalancerSchemeEnum, TargetTypeEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Call } from "../../gateway/service.ts";
import type { LoadBalancing } from "../../loadbalancer/load-balancing.ts";
import type { RequestCondition } from "../../loadbalancer/request-conditions.ts";
import { type Router, router } from "../../loadbalancer/routes.ts";
import type { FixedResponse, Redirect } from "../../loadbalancer/rule-answers.ts";
import type { TargetGroup } from "../../loadbalancer/target-group.ts";
import { type ArnKind, arnPrefix, checkArn } from "./arns.ts";
import { listenerNotFound, loadBalancersNotFound, ruleNotFound, targetGroupNotFound } from "./errors.ts";

export interface LoadBalancerRecord {
  readonly arn: string;
  readonly name: string;
  readonly scheme: LoadBalancerSchemeEnum;
  readonly vpcId: string;
  readonly zones: readonly { readonly zoneName: string; readonly subnetId: string }[];
  readonly securityGroups: readonly string[];
  readonly createdTime: Date;
  /** Those that were changed. */
  attributes: ReadonlyMap<string, string>;
}

export interface ListenerRecord {
  readonly arn: string;
  readonly loadBalancerArn: string;
  port: number;
}

export interface Forward {
  readonly type: "forward";
  readonly targetGroups: readonly { readonly targetGroupArn: string; readonly weight: number }[];
}

/** Where a rule's requests go, or how they are answered. */
export type RuleAction = (Forward | FixedResponse | Redirect) & { readonly order?: number };

export interface RuleRecord {
  readonly arn: string;
  readonly listenerArn: string;
  /** `undefined` for the default rule. */
  priority: number | undefined;
  conditions: readonly RequestCondition[];
  action: RuleAction;
}

export interface TargetGroupRecord {
  readonly arn: string;
  readonly name: string;
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: TargetTypeEnum;
  /** Holds the health check, the attributes and the targets. */
  readonly group: TargetGroup;
}

/** Everything that the API has been told, and the way from there to the data plane. */
export class Store {
  readonly loadBalancers = new Map<string, LoadBalancerRecord>();
  readonly listeners = new Map<string, ListenerRecord>();
  readonly rules = new Map<string, RuleRecord>();
  readonly targetGroups = new Map<string, TargetGroupRecord>();
  readonly tags = new Map<string, Map<string, string>>();
  readonly dataPlane: LoadBalancing;

  constructor(dataPlane: LoadBalancing) {
    this.dataPlane = dataPlane;
  }

  /** @throws {AwsError} ValidationError, LoadBalancerNotFoundException */
  loadBalancer(call: Call, arn: string | undefined): LoadBalancerRecord {
    return this.#get(call, this.loadBalancers, "load balancer", arn, (missing) => loadBalancersNotFound([missing]));
  }

  /** @throws {AwsError} ValidationError for what is no ARN of a load balancer; one that is gone is no error. */
  findLoadBalancer(call: Call, arn: string | undefined): LoadBalancerRecord | undefined {
    return this.loadBalancers.get(checkArn(call, "load balancer", arn));
  }

  /** @throws {AwsError} ValidationError for what is no ARN of a target group; one that is gone is no error. */
  findTargetGroup(call: Call, arn: string | undefined): TargetGroupRecord | undefined {
    return this.targetGroups.get(checkArn(call, "target group", arn));
  }

  /** @throws {AwsError} ValidationError, ListenerNotFoundException */
  listener(call: Call, arn: string | undefined): ListenerRecord {
    return this.#get(call, this.listeners, "listener", arn, listenerNotFound);
  }

  /** @throws {AwsError} ValidationError, RuleNotFoundException */
  rule(call: Call, arn: string | undefined): RuleRecord {
    return this.#get(call, this.rules, "listener rule", arn, ruleNotFound);
  }

  /** @throws {AwsError} ValidationError, TargetGroupNotFoundException */
  targetGroup(call: Call, arn: string | undefined): TargetGroupRecord {
    return this.#get(call, this.targetGroups, "target group", arn, targetGroupNotFound);
  }

  listenersOf(loadBalancerArn: string): ListenerRecord[] {
    return [...this.listeners.values()].filter((listener) => listener.loadBalancerArn === loadBalancerArn);
  }

  /** In the order of evaluation: by priority, the default rule last. */
  rulesOf(listenerArn: string): RuleRecord[] {
    const rules = [...this.rules.values()].filter((rule) => rule.listenerArn === listenerArn);
    return rules.sort((a, b) => (a.priority ?? Number.POSITIVE_INFINITY) - (b.priority ?? Number.POSITIVE_INFINITY));
  }

  /** The load balancers whose listeners or rules forward to a target group: at most one. */
  loadBalancersOf(targetGroupArn: string): string[] {
    const arns = [...this.rules.values()]
      .filter(({ action }) => targetGroupsOf(action).includes(targetGroupArn))
      .map(({ listenerArn }) => this.listeners.get(listenerArn)?.loadBalancerArn ?? "");
    return [...new Set(arns)];
  }

  /** The items of the caller's account and region. */
  own<Item extends { readonly arn: string }>(call: Call, items: ReadonlyMap<string, Item>): Item[] {
    const prefix = arnPrefix(call);
    return [...items.values()].filter(({ arn }) => arn.startsWith(prefix));
  }

  routerOf(listenerArn: string): Router {
    const routes = this.rulesOf(listenerArn).map(({ conditions, action }) => ({
      conditions,
      action: action.type === "forward" ? this.#destinationOf(action) : action,
    }));
    return router(routes);
  }

  #destinationOf({ type, targetGroups }: Forward) {
    const groups = targetGroups.map(({ targetGroupArn, weight }) => ({
      group: this.dataPlane.targetGroups.group(targetGroupArn),
      weight,
    }));
    return { type, groups };
  }

  /** Brings changed rules to the data plane: where a listener's requests go, which target groups are checked. */
  rulesChanged(listenerArn: string): void {
    this.dataPlane.targetGroups.use(this.#usedTargetGroups());
    if (this.listeners.has(listenerArn)) this.dataPlane.route(listenerArn, this.routerOf(listenerArn));
  }

  /** Forgets a listener and its rules. The data plane's listener is the caller's to close. */
  removeListener(listenerArn: string): void {
    for (const rule of this.rulesOf(listenerArn)) this.remove(this.rules, rule.arn);
    this.remove(this.listeners, listenerArn);
    this.rulesChanged(listenerArn);
  }

  remove(items: Map<string, unknown>, arn: string): void {
    items.delete(arn);
    this.tags.delete(arn);
  }

  #usedTargetGroups(): Set<string> {
    return new Set([...this.rules.values()].flatMap(({ action }) => targetGroupsOf(action)));
  }

  #get<Item>(
    call: Call,
    items: ReadonlyMap<string, Item>,
    kind: ArnKind,
    arn: string | undefined,
    missing: (arn: string) => Error,
  ): Item {
    const checked = checkArn(call, kind, arn);
    const item = items.get(checked);
    if (item === undefined) throw missing(checked);
    return item;
  }
}

function targetGroupsOf(action: RuleAction): string[] {
  return action.type === "forward" ? action.targetGroups.map(({ targetGroupArn }) => targetGroupArn) : [];
}
