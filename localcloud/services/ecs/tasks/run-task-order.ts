/** What RunTask asks for, checked, as the order for each of its tasks. */
import type { RunTaskRequest, Tag, TaskOverride } from "@aws-sdk/client-ecs";
import type { Network } from "../../ec2/network.ts";
import { chosenStrategy } from "../capacity-strategy.ts";
import { invalidParameter, NO_INSTANCES, refuseUnsupported } from "../errors.ts";
import { checkNetwork, checkPlatform } from "../services/settings.ts";
import type { Cluster, RegisteredDefinition } from "../state.ts";
import { checkedTags } from "../tags.ts";
import type { TaskOrder } from "./tasks.ts";

/** @throws {AwsError} where the tasks could not be placed. */
export function runTaskOrder(
  input: RunTaskRequest,
  cluster: Cluster,
  definition: RegisteredDefinition,
  network: Network,
): TaskOrder {
  const awsvpc = input.networkConfiguration?.awsvpcConfiguration;
  if (chosenStrategy(cluster, input).length === 0 && input.launchType !== "FARGATE")
    throw invalidParameter(NO_INSTANCES);
  if (definition.compatibilities?.includes("FARGATE") !== true)
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  checkNetwork(definition, awsvpc, network);
  checkPlatform(input.platformVersion);
  checkOverrides(input.overrides ?? {}, definition);
  const [subnetId] = awsvpc?.subnets ?? [];
  return {
    cluster,
    definition,
    launchType: "FARGATE",
    capacityProvider: undefined,
    group: input.group ?? `family:${definition.family}`,
    startedBy: input.startedBy,
    network: awsvpc,
    subnetId,
    availabilityZone: network.findSubnet(subnetId ?? "")?.availabilityZone ?? "",
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    overrides: input.overrides ?? {},
    tags: taskTags(input, cluster, definition),
  };
}

function checkOverrides({ containerOverrides = [] }: TaskOverride, definition: RegisteredDefinition): void {
  const override = containerOverrides.find(
    ({ name }) => !definition.containerDefinitions?.some((container) => container.name === name),
  );
  if (override !== undefined)
    throw invalidParameter(`Override for container named ${override.name} is not a container in the TaskDefinition.`);
  for (const container of containerOverrides)
    refuseUnsupported("RunTask overrides", container, ["environmentFiles", "resourceRequirements"]);
}

/** A tag that the call gives wins over the task definition's of the same key. */
function taskTags(
  { tags = [], propagateTags, enableECSManagedTags }: RunTaskRequest,
  cluster: Cluster,
  definition: RegisteredDefinition,
): readonly Tag[] {
  if (propagateTags === "SERVICE") throw invalidParameter("Tags can be propagated from SERVICE by a service only.");
  const given = checkedTags(tags);
  const propagated = propagateTags === "TASK_DEFINITION" ? (definition.tags ?? []) : [];
  const managed = enableECSManagedTags === true ? [{ key: "aws:ecs:clusterName", value: cluster.name }] : [];
  return [...managed, ...propagated.filter(({ key }) => !given.some((tag) => tag.key === key)), ...given];
}
