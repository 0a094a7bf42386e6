/** CreateService's and UpdateService's input, checked, as the settings that a deployment runs with. */
import type {
  AwsVpcConfiguration,
  CreateServiceRequest,
  DeploymentConfiguration,
  LoadBalancer,
} from "@aws-sdk/client-ecs";
import type { TargetRegistry } from "../../../loadbalancer/targets.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import type { Network } from "../../ec2/network.ts";
import { chosenStrategy } from "../capacity-strategy.ts";
import { invalidParameter, refuseUnsupported } from "../errors.ts";
import type { Cluster, RegisteredDefinition, ServiceSettings } from "../state.ts";
import { checkedTags } from "../tags.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST_TASKS_A_SERVICE = 5_000;
const LONGEST_BAKE_MINUTES = 1_440;
const PROPAGATE_TAGS = ["NONE", "SERVICE", "TASK_DEFINITION"];

export interface SettingsContext {
  readonly targets: TargetRegistry;
  readonly network: Network;
}

/** @throws {AwsError} `InvalidParameterException` for the first thing that ECS would refuse. */
export function newSettings(
  input: CreateServiceRequest,
  definition: RegisteredDefinition,
  cluster: Cluster,
  context: SettingsContext,
): ServiceSettings {
  const strategy = chosenStrategy(cluster, input);
  if (input.desiredCount === undefined)
    throw invalidParameter("Desired count can not be null when scheduling strategy is REPLICA.");
  return checked(
    {
      definition,
      desiredCount: input.desiredCount,
      loadBalancers: input.loadBalancers ?? [],
      network: input.networkConfiguration?.awsvpcConfiguration,
      deploymentConfiguration: withDefaults(input.deploymentConfiguration),
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
      launchType: strategy.length > 0 ? "FARGATE" : launchType(input.launchType),
      capacityProviderStrategy: strategy,
      platformVersion: input.platformVersion ?? "LATEST",
      enableECSManagedTags: input.enableECSManagedTags ?? false,
      propagateTags: input.propagateTags ?? "NONE",
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      tags: checkedTags(input.tags ?? []),
    },
    context,
  );
}

/** @throws {AwsError} `InvalidParameterException` where the settings do not fit each other. */
export function checked(settings: ServiceSettings, context: SettingsContext): ServiceSettings {
  const { definition, launchType, desiredCount } = settings;
  if (desiredCount < 0) throw invalidParameter("Desired count can not be less than 0.");
  if (desiredCount > MOST_TASKS_A_SERVICE)
    throw invalidParameter(`Desired count can not be greater than ${MOST_TASKS_A_SERVICE}.`);
  if (settings.healthCheckGracePeriodSeconds < 0 || settings.healthCheckGracePeriodSeconds > 2 ** 31 - 1)
    throw invalidParameter("Health check grace period must be between 0 and 2147483647.");
  if (!PROPAGATE_TAGS.includes(settings.propagateTags))
    throw invalidParameter(`Invalid propagateTags: ${settings.propagateTags}.`);
  if (launchType === "FARGATE" && definition.compatibilities?.includes("FARGATE") !== true)
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  if (launchType === "FARGATE") checkPlatform(settings.platformVersion);
  checkNetwork(definition, settings.network, context.network);
  if (launchType === "EC2" && settings.network?.assignPublicIp === "ENABLED")
    throw invalidParameter("Assign public IP is not supported for this launch type.");
  for (const loadBalancer of settings.loadBalancers) checkLoadBalancer(loadBalancer, definition, context.targets);
  checkPercentages(settings.deploymentConfiguration);
  checkAlarms(settings.deploymentConfiguration);
  return settings;
}

export function withDefaults(configuration: DeploymentConfiguration = {}): DeploymentConfiguration {
  refuseUnsupported("deploymentConfiguration", configuration, [
    "lifecycleHooks",
    "linearConfiguration",
    "canaryConfiguration",
  ]);
  if (configuration.strategy !== undefined && configuration.strategy !== "ROLLING")
    refuseUnsupported("deploymentConfiguration", { [`strategy ${configuration.strategy}`]: true }, [
      `strategy ${configuration.strategy}`,
    ]);
  return {
    ...configuration,
    deploymentCircuitBreaker: configuration.deploymentCircuitBreaker ?? { enable: false, rollback: false },
    maximumPercent: configuration.maximumPercent ?? 200,
    minimumHealthyPercent: configuration.minimumHealthyPercent ?? 100,
    strategy: "ROLLING",
  };
}

function launchType(given: string | undefined): ServiceSettings["launchType"] {
  if (given === undefined || given === "EC2") return "EC2";
  if (given === "FARGATE") return "FARGATE";
  throw invalidParameter(`Launch type ${given} is not supported.`);
}

export function checkNetwork(
  { networkMode }: RegisteredDefinition,
  given: AwsVpcConfiguration | undefined,
  network: Network,
): void {
  if (networkMode !== "awsvpc") {
    if (given !== undefined)
      throw invalidParameter("Network Configuration is not valid for the given networkMode of this task definition.");
    return;
  }
  if (given === undefined || given.subnets === undefined || given.subnets.length === 0)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const subnet = given.subnets.find((id) => network.findSubnet(id) === undefined);
  if (subnet !== undefined)
    throw invalidParameter(
      `Error retrieving subnet information for [${subnet}]: The subnet ID '${subnet}' does not exist`,
    );
  const group = given.securityGroups?.find((id) => network.findSecurityGroup(id) === undefined);
  if (group !== undefined)
    throw invalidParameter(
      `Error retrieving security group information for [${group}]: The security group '${group}' does not exist`,
    );
}

const PLATFORM_VERSIONS = ["LATEST", "1.4.0"];

/** @throws {AwsError} `PlatformUnknownException` for a Fargate platform version that AWS has retired or never had. */
export function checkPlatform(version = "LATEST"): void {
  if (!PLATFORM_VERSIONS.includes(version))
    throw new AwsError("PlatformUnknownException", "The specified platform version does not exist.");
}

function checkLoadBalancer(
  loadBalancer: LoadBalancer,
  definition: RegisteredDefinition,
  targets: TargetRegistry,
): void {
  const { targetGroupArn, containerName, containerPort } = loadBalancer;
  refuseUnsupported("loadBalancers", loadBalancer, ["loadBalancerName", "advancedConfiguration"]);
  if (targetGroupArn === undefined) throw invalidParameter("targetGroupArn can not be blank.");
  const group = targets.find(targetGroupArn);
  if (group === undefined)
    throw invalidParameter(
      "Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.",
    );
  if (!group.inUse)
    throw invalidParameter(
      `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
    );
  if (definition.networkMode === "awsvpc" && group.targetType !== "ip")
    throw invalidParameter(
      `The provided target group ${targetGroupArn} has target type ${group.targetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
    );
  const container = definition.containerDefinitions?.find(({ name }) => name === containerName);
  if (container === undefined)
    throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
  if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort))
    throw invalidParameter(`The container ${containerName} did not have a container port ${containerPort} defined.`);
}

function checkPercentages({ maximumPercent = 200, minimumHealthyPercent = 100 }: DeploymentConfiguration): void {
  if (minimumHealthyPercent < 0) throw invalidParameter("minimumHealthyPercent must be greater than or equal to 0.");
  if (maximumPercent < 100) throw invalidParameter("maximumPercent must be greater than or equal to 100.");
  if (maximumPercent < minimumHealthyPercent)
    throw invalidParameter("maximumPercent must be greater than or equal to minimumHealthyPercent.");
}

/** A name that no alarm has is no error: the alarm may be about the service, and made after it. */
function checkAlarms({ alarms, bakeTimeInMinutes = 0 }: DeploymentConfiguration): void {
  if (alarms?.enable === true && (alarms.alarmNames ?? []).length === 0)
    throw invalidParameter("alarmNames must not be empty when deployment alarms are enabled.");
  if (bakeTimeInMinutes < 0 || bakeTimeInMinutes > LONGEST_BAKE_MINUTES)
    throw invalidParameter(`bakeTimeInMinutes must be between 0 and ${LONGEST_BAKE_MINUTES}.`);
}
