import type { Clock } from "../../clock.ts";
import type { Service } from "../../gateway/service.ts";
import type { LoadBalancing } from "../../loadbalancer/load-balancing.ts";
import { listenerOperations } from "./listeners.ts";
import { loadBalancerAttributeOperations } from "./load-balancer-attributes.ts";
import { loadBalancerOperations } from "./load-balancers.ts";
import type { LoadBalancerNetwork } from "./network.ts";
import { ruleOperations } from "./rules.ts";
import { Store } from "./store.ts";
import { tagOperations } from "./tags.ts";
import { targetGroupAttributeOperations } from "./target-group-attributes.ts";
import { targetGroupOperations } from "./target-groups.ts";
import { targetOperations } from "./targets.ts";

export interface ElasticLoadBalancingDependencies {
  /** Carries the traffic. Its owner closes it. */
  readonly loadBalancing: LoadBalancing;
  readonly network: LoadBalancerNetwork;
  readonly clock: Clock;
}

/**
 * Elastic Load Balancing (version 2): Application Load Balancers with HTTP listeners and their rules.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference
 */
export function elasticLoadBalancingService(dependencies: ElasticLoadBalancingDependencies): Service {
  return {
    signingName: "elasticloadbalancing",
    protocol: "query",
    xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    schemas: () => import("./schemas.ts"),
    operations: elasticLoadBalancingOperations(dependencies),
  };
}

export function elasticLoadBalancingOperations({ loadBalancing, network, clock }: ElasticLoadBalancingDependencies) {
  const store = new Store(loadBalancing);
  return {
    ...loadBalancerOperations(store, network, clock),
    ...loadBalancerAttributeOperations(store),
    ...listenerOperations(store),
    ...ruleOperations(store),
    ...targetGroupOperations(store, network),
    ...targetGroupAttributeOperations(store),
    ...targetOperations(store),
    ...tagOperations(store),
  };
}
