/** What a service's next task is made from. */
import { nextProvider } from "../capacity-strategy.ts";
import type { Deployment, EcsService, Task } from "../state.ts";
import type { TaskOrder } from "../tasks/tasks.ts";

/** @param zoneOf the zone of a subnet; tasks are spread over the subnets in turn. */
export function taskOrder(
  service: EcsService,
  deployment: Deployment,
  zoneOf: (subnetId: string | undefined) => string,
): TaskOrder {
  const { definition, launchType, network } = deployment.revision.settings;
  const subnets = network?.subnets ?? [];
  const subnet = subnets[service.cluster.tasks.size % Math.max(1, subnets.length)];
  return {
    cluster: service.cluster,
    definition,
    launchType,
    capacityProvider: nextProvider(deployment.revision.settings.capacityProviderStrategy, (provider) =>
      placed(service, deployment, provider),
    ),
    group: `service:${service.name}`,
    startedBy: deployment.id,
    owner: { service, deployment },
    network,
    subnetId: subnet,
    availabilityZone: zoneOf(subnet),
    enableExecuteCommand: deployment.revision.settings.enableExecuteCommand,
    overrides: {},
    tags: [...propagatedTags(service, deployment), ...managedTags(service)],
  };
}

/** How many of the deployment's tasks the provider has. */
function placed({ cluster }: EcsService, deployment: Deployment, provider: string): number {
  return [...cluster.tasks.values()].filter(
    ({ owner, capacityProvider, desiredStatus }) =>
      owner?.deployment === deployment && capacityProvider === provider && desiredStatus === "RUNNING",
  ).length;
}

function propagatedTags({ settings }: EcsService, { revision }: Deployment): Task["tags"] {
  if (settings.propagateTags === "SERVICE") return settings.tags;
  return settings.propagateTags === "TASK_DEFINITION" ? (revision.settings.definition.tags ?? []) : [];
}

function managedTags({ settings, cluster, name }: EcsService): Task["tags"] {
  if (!settings.enableECSManagedTags) return [];
  return [
    { key: "aws:ecs:clusterName", value: cluster.name },
    { key: "aws:ecs:serviceName", value: name },
  ];
}
