/** What UpdateService makes of a service's settings. */
import type { UpdateServiceRequest } from "@aws-sdk/client-ecs";
import { checkedStrategy } from "../capacity-strategy.ts";
import { invalidParameter } from "../errors.ts";
import type { EcsService, EcsState, ServiceSettings } from "../state.ts";
import { findActiveDefinition } from "../task-definitions/operations.ts";
import { withDefaults } from "./settings.ts";

/** What UpdateService does not mention stays as it is. */
export function updatedSettings(service: EcsService, input: UpdateServiceRequest, state: EcsState): ServiceSettings {
  const { settings } = service;
  return {
    ...settings,
    definition:
      input.taskDefinition === undefined ? settings.definition : findActiveDefinition(state, input.taskDefinition),
    desiredCount: input.desiredCount ?? settings.desiredCount,
    loadBalancers: input.loadBalancers ?? settings.loadBalancers,
    network: input.networkConfiguration?.awsvpcConfiguration ?? settings.network,
    deploymentConfiguration:
      input.deploymentConfiguration === undefined
        ? settings.deploymentConfiguration
        : withDefaults({ ...settings.deploymentConfiguration, ...input.deploymentConfiguration }),
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? settings.healthCheckGracePeriodSeconds,
    ...updatedCapacity(service, input),
    platformVersion: input.platformVersion ?? settings.platformVersion,
    enableECSManagedTags: input.enableECSManagedTags ?? settings.enableECSManagedTags,
    propagateTags: input.propagateTags ?? settings.propagateTags,
    enableExecuteCommand: input.enableExecuteCommand ?? settings.enableExecuteCommand,
  };
}

/**
 * An empty strategy goes back to the launch type.
 * @throws {AwsError} `InvalidParameterException` where the change comes without a new deployment.
 */
function updatedCapacity(
  { settings, cluster }: EcsService,
  { capacityProviderStrategy: given, forceNewDeployment }: UpdateServiceRequest,
): Pick<ServiceSettings, "capacityProviderStrategy" | "launchType"> {
  const { capacityProviderStrategy: before, launchType } = settings;
  const strategy = given === undefined ? before : checkedStrategy(given, cluster.capacityProviders);
  if (changed(before, strategy) && forceNewDeployment !== true)
    throw invalidParameter(
      "When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.",
    );
  return { capacityProviderStrategy: strategy, launchType: strategy.length > 0 ? "FARGATE" : launchType };
}

export function changed(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}
