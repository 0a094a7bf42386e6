/** A service as DescribeServices shows it. */
import type { Deployment as DeploymentShape, Service } from "@aws-sdk/client-ecs";
import type { Deployment, EcsService, ServiceSettings, Task } from "../state.ts";

export function describeService(service: EcsService, include: readonly string[], accountId: string): Service {
  const { settings } = service;
  const tasks = tasksOf(service);
  const current = service.deployments.at(0);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.status === "ACTIVE" ? settings.desiredCount : 0,
    ...counts(tasks),
    ...sharedShape(settings),
    loadBalancers: [...settings.loadBalancers],
    serviceRegistries: [],
    deploymentConfiguration: settings.deploymentConfiguration,
    deploymentController: { type: "ECS" },
    deployments: service.deployments.map((deployment) => describeDeployment(deployment, tasks)),
    events: service.events,
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    roleArn: `arn:aws:iam::${accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    schedulingStrategy: "REPLICA",
    placementConstraints: [],
    placementStrategy: [],
    healthCheckGracePeriodSeconds: settings.healthCheckGracePeriodSeconds,
    enableECSManagedTags: settings.enableECSManagedTags,
    propagateTags: settings.propagateTags,
    enableExecuteCommand: settings.enableExecuteCommand,
    ...(current === undefined ? {} : { currentServiceDeployment: current.record.arn }),
    currentServiceRevisions: service.deployments.map((deployment) => ({
      arn: deployment.revision.arn,
      requestedTaskCount: deployment.desiredCount,
      ...revisionCounts(tasks.filter(({ owner }) => owner?.deployment === deployment)),
    })),
    ...(include.includes("TAGS") ? { tags: [...settings.tags] } : {}),
  };
}

function describeDeployment(deployment: Deployment, tasks: readonly Task[]): DeploymentShape {
  const { settings } = deployment.revision;
  return {
    id: deployment.id,
    status: deployment.status,
    desiredCount: deployment.desiredCount,
    ...counts(tasks.filter(({ owner }) => owner?.deployment === deployment)),
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...sharedShape(settings),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

/** What a service and each of its deployments show alike. */
function sharedShape(settings: ServiceSettings) {
  return {
    taskDefinition: settings.definition.taskDefinitionArn,
    ...capacityShape(settings),
    ...(settings.launchType === "FARGATE"
      ? { platformVersion: settings.platformVersion, platformFamily: "Linux" }
      : {}),
    ...(settings.network === undefined
      ? {}
      : {
          networkConfiguration: { awsvpcConfiguration: { assignPublicIp: "DISABLED" as const, ...settings.network } },
        }),
  };
}

/** Either a launch type or a strategy. */
export function capacityShape({ launchType, capacityProviderStrategy }: ServiceSettings) {
  return capacityProviderStrategy.length > 0
    ? { capacityProviderStrategy: [...capacityProviderStrategy] }
    : { launchType };
}

export function tasksOf(service: EcsService): Task[] {
  return [...service.cluster.tasks.values()].filter(({ owner }) => owner?.service === service);
}

function counts(tasks: readonly Task[]): { runningCount: number; pendingCount: number } {
  return {
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    pendingCount: tasks.filter(({ lastStatus }) => ["PROVISIONING", "PENDING", "ACTIVATING"].includes(lastStatus))
      .length,
  };
}

export function revisionCounts(tasks: readonly Task[]): { runningTaskCount: number; pendingTaskCount: number } {
  const { runningCount, pendingCount } = counts(tasks);
  return { runningTaskCount: runningCount, pendingTaskCount: pendingCount };
}
