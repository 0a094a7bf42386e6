import type { Cluster as ClusterShape, CreateClusterRequest, ECS } from "@aws-sdk/client-ecs";
import type { Operations } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { ecsArn, shortName } from "./arn.ts";
import { checkedProviders, checkedStrategy } from "./capacity-strategy.ts";
import { clusterNotFound, invalidParameter, refuseUnsupported } from "./errors.ts";
import { page } from "./paging.ts";
import type { Cluster, EcsState } from "./state.ts";
import { checkedTags } from "./tags.ts";

type ClusterOperations = Pick<Operations<ECS>, "CreateCluster" | "DeleteCluster" | "DescribeClusters" | "ListClusters">;

export function clusterOperations(state: EcsState): ClusterOperations {
  return {
    CreateCluster(input) {
      refuseUnsupported("CreateCluster", input, ["serviceConnectDefaults", "configuration", "settings"]);
      const name = input.clusterName ?? "default";
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter("Cluster name contains invalid characters.");
      const existing = state.clusters.get(name);
      const cluster = existing?.status === "ACTIVE" ? existing : newCluster(state, name, input);
      state.clusters.set(name, cluster);
      return { cluster: describeCluster(cluster, ["TAGS"]) };
    },

    DescribeClusters({ clusters = ["default"], include = [] }) {
      const found = clusters.map((asked) => ({ asked, cluster: state.clusters.get(shortName(asked)) }));
      return {
        clusters: found.flatMap(({ cluster }) => (cluster === undefined ? [] : [describeCluster(cluster, include)])),
        failures: found
          .filter(({ cluster }) => cluster === undefined)
          .map(({ asked }) => ({ arn: asArn(state, asked), reason: "MISSING" })),
      };
    },

    ListClusters({ nextToken, maxResults }) {
      const arns = [...state.clusters.values()].filter(({ status }) => status === "ACTIVE").map(({ arn }) => arn);
      const { items, next } = page(arns, { nextToken, maxResults });
      return { clusterArns: items, nextToken: next };
    },

    DeleteCluster(input) {
      const cluster = findCluster(state, input.cluster);
      if ([...cluster.services.values()].some(({ status }) => status !== "INACTIVE"))
        throw new AwsError(
          "ClusterContainsServicesException",
          "The Cluster cannot be deleted while Services are active.",
        );
      if ([...cluster.tasks.values()].some(({ lastStatus }) => lastStatus !== "STOPPED"))
        throw new AwsError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.");
      cluster.status = "INACTIVE";
      return { cluster: describeCluster(cluster, []) };
    },
  };
}

/** @throws {AwsError} `ClusterNotFoundException` for a name or ARN that no ACTIVE cluster has. */
export function findCluster(state: EcsState, nameOrArn = "default"): Cluster {
  const cluster = state.clusters.get(shortName(nameOrArn));
  if (cluster === undefined || cluster.status !== "ACTIVE") throw clusterNotFound();
  return cluster;
}

function newCluster(state: EcsState, name: string, input: CreateClusterRequest): Cluster {
  const tags = checkedTags(input.tags ?? []);
  const capacityProviders = checkedProviders(input.capacityProviders ?? []);
  const defaultStrategy = checkedStrategy(input.defaultCapacityProviderStrategy ?? [], capacityProviders);
  const arn = ecsArn(state.account, `cluster/${name}`);
  const empty = { services: new Map(), tasks: new Map() };
  return { arn, name, status: "ACTIVE", tags, capacityProviders, defaultStrategy, ...empty };
}

function asArn(state: EcsState, nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? nameOrArn : ecsArn(state.account, `cluster/${nameOrArn}`);
}

export function describeCluster(cluster: Cluster, include: readonly string[]): ClusterShape {
  const tasks = [...cluster.tasks.values()];
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => ["PROVISIONING", "PENDING", "ACTIVATING"].includes(lastStatus))
      .length,
    activeServicesCount: [...cluster.services.values()].filter(({ status }) => status === "ACTIVE").length,
    statistics: [],
    settings: include.includes("SETTINGS") ? [{ name: "containerInsights", value: "disabled" }] : [],
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: [...cluster.defaultStrategy],
    tags: include.includes("TAGS") ? [...cluster.tags] : [],
  };
}
