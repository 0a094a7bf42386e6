import { type RequestCondition, type RoutedRequest, requestMatch } from "./request-conditions.ts";
import type { FixedResponse, Redirect } from "./rule-answers.ts";
import type { TargetGroup } from "./target-group.ts";

/** A listener's rule as the data plane needs it. */
export interface Route {
  /** All of them must hold; none for the default rule, which takes every request. */
  readonly conditions: readonly RequestCondition[];
  readonly action: RouteAction;
}

type RouteAction = { readonly type: "forward"; readonly groups: readonly WeightedGroup[] } | FixedResponse | Redirect;

interface WeightedGroup {
  readonly group: TargetGroup;
  /** 0–999; traffic is shared in proportion. */
  readonly weight: number;
}

/** Where a request goes. `group` is `undefined` where all weights of the matching rule are 0. */
type Destination = { readonly type: "forward"; readonly group: TargetGroup | undefined } | FixedResponse | Redirect;

export type Router = (request: RoutedRequest) => Destination;

const NOWHERE: Destination = { type: "forward", group: undefined };

/** @param routes in the order of evaluation, the default rule last. */
export function router(routes: readonly Route[]): Router {
  const compiled = routes.map(({ conditions, action }) => ({
    matches: conditions.map(requestMatch),
    destination: action.type === "forward" ? weightedChoice(action.groups) : () => action,
  }));
  return (request) =>
    compiled.find(({ matches }) => matches.every((match) => match(request)))?.destination() ?? NOWHERE;
}

/**
 * Takes turns in proportion to the weights, as evenly spread as they allow (smooth weighted round robin): of 100
 * requests at 90/10 exactly 10 go to the second group. A group without targets is chosen all the same: a load
 * balancer does not fail over from one target group of a rule to another.
 */
function weightedChoice(groups: readonly WeightedGroup[]): () => Destination {
  const weighted = groups
    .filter(({ weight }) => weight > 0)
    .map(({ group, weight }) => ({ destination: { type: "forward", group } as const, weight, credit: 0 }));
  const [first] = weighted;
  if (first === undefined) return () => NOWHERE;
  if (weighted.length === 1) return () => first.destination;
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let chosen = first;
    for (const candidate of weighted) {
      candidate.credit += candidate.weight;
      if (candidate.credit > chosen.credit) chosen = candidate;
    }
    chosen.credit -= total;
    return chosen.destination;
  };
}
