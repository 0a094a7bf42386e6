/**
 * Strategies that spread tasks over capacity providers.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import { invalidParameter } from "./errors.ts";
import type { Cluster } from "./state.ts";

type Strategy = readonly CapacityProviderStrategyItem[];

/** Every account has them; others need an Auto Scaling group. */
export const PROVIDERS = ["FARGATE", "FARGATE_SPOT"];
const MOST_PROVIDERS = 20;

/** @throws {AwsError} `InvalidParameterException` for one that does not exist: only Fargate's do. */
export function checkedProviders(names: readonly string[]): string[] {
  if (names.length > MOST_PROVIDERS)
    throw invalidParameter(`A cluster can have at most ${MOST_PROVIDERS} capacity providers.`);
  if (!names.every((name) => PROVIDERS.includes(name)))
    throw invalidParameter(
      "The specified capacity provider does not exist. Specify a valid name or ARN and try again.",
    );
  return [...new Set(names)];
}

/** @throws {AwsError} `InvalidParameterException` */
export function checkedStrategy(strategy: Strategy, associated: readonly string[]): Strategy {
  if (strategy.length === 0) return [];
  if (!strategy.every(({ capacityProvider = "" }) => associated.includes(capacityProvider)))
    throw invalidParameter(
      "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
    );
  const names = strategy.map(({ capacityProvider }) => capacityProvider);
  if (new Set(names).size < names.length)
    throw invalidParameter("A capacity provider can be in a capacity provider strategy only once.");
  const outside = (value: number, most: number) => value < 0 || value > most;
  if (strategy.some(({ weight = 0, base = 0 }) => outside(weight, 1_000) || outside(base, 100_000)))
    throw invalidParameter("A weight must be between 0 and 1000 and a base between 0 and 100000.");
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1)
    throw invalidParameter("Only one capacity provider in a capacity provider strategy can have a base.");
  if (strategy.every(({ weight = 0 }) => weight === 0))
    throw invalidParameter(
      "The specified capacity provider strategy must contain at least one capacity provider with a weight value greater than 0.",
    );
  return strategy.map(({ capacityProvider, weight = 0, base = 0 }) => ({ capacityProvider, weight, base }));
}

/**
 * What a new service or task is placed by: the strategy given, else, where no launch type is given either, the cluster's.
 * @throws {AwsError} `InvalidParameterException`
 */
export function chosenStrategy(
  cluster: Cluster,
  {
    launchType,
    capacityProviderStrategy,
  }: { launchType?: string | undefined; capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined },
): Strategy {
  const given = capacityProviderStrategy ?? [];
  if (launchType !== undefined && given.length > 0)
    throw invalidParameter(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  if (given.length > 0) return checkedStrategy(given, cluster.capacityProviders);
  return launchType === undefined ? cluster.defaultStrategy : [];
}

/**
 * The provider of the next task: first the base is filled, then the weights decide who is furthest behind.
 * @param running how many tasks each provider has already.
 */
export function nextProvider(strategy: Strategy, running: (provider: string) => number): string | undefined {
  const behind = strategy.find(({ capacityProvider = "", base = 0 }) => running(capacityProvider) < base);
  if (behind !== undefined) return behind.capacityProvider;
  const share = ({ capacityProvider = "", weight = 0, base = 0 }: CapacityProviderStrategyItem) =>
    (running(capacityProvider) - base + 1) / weight;
  const weighted = strategy.filter(({ weight = 0 }) => weight > 0);
  return weighted.toSorted((one, other) => share(one) - share(other))[0]?.capacityProvider;
}

/** The providers of so many tasks that start together. */
export function spread(strategy: Strategy, count: number): (string | undefined)[] {
  const providers: (string | undefined)[] = [];
  const placed = (provider: string) => providers.filter((other) => other === provider).length;
  for (let index = 0; index < count; index += 1) providers.push(nextProvider(strategy, placed));
  return providers;
}
