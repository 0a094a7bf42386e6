/**
 * Fargate's capacity providers, and which of them a cluster uses.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html
 */
import type { ECS } from "@aws-sdk/client-ecs";
import type { Operations } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { ecsArn, shortName } from "./arn.ts";
import { checkedProviders, checkedStrategy, PROVIDERS } from "./capacity-strategy.ts";
import { describeCluster, findCluster } from "./clusters.ts";
import { refuseUnsupported } from "./errors.ts";
import { page } from "./paging.ts";
import type { Cluster, EcsState } from "./state.ts";

type ProviderOperations = Pick<Operations<ECS>, "DescribeCapacityProviders" | "PutClusterCapacityProviders">;

export function capacityProviderOperations(state: EcsState): ProviderOperations {
  return {
    DescribeCapacityProviders(input) {
      refuseUnsupported("DescribeCapacityProviders", input, ["include", "cluster"]);
      const asked = input.capacityProviders ?? PROVIDERS;
      const known = PROVIDERS.filter((name) => asked.map(shortName).includes(name));
      const { items, next } = page(known, { ...input, maxResults: input.maxResults ?? 10 });
      return {
        capacityProviders: items.map((name) => ({
          capacityProviderArn: ecsArn(state.account, `capacity-provider/${name}`),
          name,
          status: "ACTIVE" as const,
          tags: [],
        })),
        failures: asked
          .filter((given) => !PROVIDERS.includes(shortName(given)))
          .map((arn) => ({ arn, reason: "MISSING" })),
        nextToken: next,
      };
    },

    PutClusterCapacityProviders(input) {
      const cluster = findCluster(state, input.cluster);
      const providers = checkedProviders(input.capacityProviders ?? []);
      const strategy = checkedStrategy(input.defaultCapacityProviderStrategy ?? [], providers);
      const removed = cluster.capacityProviders.find((name) => !providers.includes(name) && isUsed(cluster, name));
      if (removed !== undefined)
        throw new AwsError(
          "ResourceInUseException",
          "The specified capacity provider is in use and cannot be removed.",
        );
      cluster.capacityProviders = providers;
      cluster.defaultStrategy = strategy;
      return { cluster: describeCluster(cluster, []) };
    },
  };
}

function isUsed({ services }: Cluster, provider: string): boolean {
  return [...services.values()].some(
    ({ status, settings }) =>
      status !== "INACTIVE" &&
      settings.capacityProviderStrategy.some(({ capacityProvider }) => capacityProvider === provider),
  );
}
