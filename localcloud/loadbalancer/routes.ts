import { pathMatches } from "./path-pattern.ts";
import type { TargetGroup } from "./target-group.ts";

/** A listener's rule as the data plane needs it. */
export interface Route {
  /** One of them must match the path; none for the default rule, which matches every path. */
  readonly pathPatterns: readonly string[];
  readonly forwardTo: readonly WeightedGroup[];
}

interface WeightedGroup {
  readonly group: TargetGroup;
  /** 0–999; traffic is shared in proportion. */
  readonly weight: number;
}

/** Finds the target group for a path. `undefined` where all weights of the matching rule are 0. */
export type Router = (path: string) => TargetGroup | undefined;

/** @param routes in the order of evaluation, the default rule last. */
export function router(routes: readonly Route[]): Router {
  const compiled = routes.map(({ pathPatterns, forwardTo }) => ({ pathPatterns, choose: weightedChoice(forwardTo) }));
  return (path) =>
    compiled
      .find(({ pathPatterns }) => pathPatterns.length === 0 || pathPatterns.some((p) => pathMatches(p, path)))
      ?.choose();
}

/**
 * Takes turns in proportion to the weights, as evenly spread as they allow (smooth weighted round robin): of 100
 * requests at 90/10 exactly 10 go to the second group. A group without targets is chosen all the same: a load
 * balancer does not fail over from one target group of a rule to another.
 */
function weightedChoice(groups: readonly WeightedGroup[]): () => TargetGroup | undefined {
  const weighted = groups.filter(({ weight }) => weight > 0).map(({ group, weight }) => ({ group, weight, credit: 0 }));
  const [only] = weighted;
  if (weighted.length <= 1) return () => only?.group;
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let chosen = only;
    for (const candidate of weighted) {
      candidate.credit += candidate.weight;
      if (chosen === undefined || candidate.credit > chosen.credit) chosen = candidate;
    }
    if (chosen !== undefined) chosen.credit -= total;
    return chosen?.group;
  };
}
