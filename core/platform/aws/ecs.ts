import {
  DescribeClustersCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { systemClock } from "../clock.ts";
import { pacer } from "./pace.ts";
import { type ClientSettings, caller, sdkConfig } from "./settings.ts";
import { sendUnknownMembers } from "./unknown-members.ts";

export type EcsApi = ReturnType<typeof ecsApi>;

/**
 * Kept under the rates that AWS publishes for an account and region, so that many services at once are not throttled.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 */
export function ecsApi(settings: ClientSettings) {
  const client = new ECSClient(sdkConfig(settings));
  sendUnknownMembers(client);
  const call = caller("ecs", client, settings);
  const turns = pacer(settings.clock ?? systemClock);
  const serviceReads = turns({ burst: 100, perSecond: 20 });
  const taskReads = turns({ burst: 100, perSecond: 20 });
  const deploymentReads = turns({ burst: 50, perSecond: 20 });
  return {
    describeClusters: call(DescribeClustersCommand),
    describeServiceDeployments: call(DescribeServiceDeploymentsCommand, deploymentReads),
    describeServiceRevisions: call(DescribeServiceRevisionsCommand, turns({ burst: 50, perSecond: 20 })),
    describeServices: call(DescribeServicesCommand, serviceReads),
    describeTaskDefinition: call(DescribeTaskDefinitionCommand, turns({ burst: 50, perSecond: 20 })),
    describeTasks: call(DescribeTasksCommand, taskReads),
    listServiceDeployments: call(ListServiceDeploymentsCommand, deploymentReads),
    listTasks: call(ListTasksCommand, taskReads),
    registerTaskDefinition: call(RegisterTaskDefinitionCommand, turns({ burst: 20, perSecond: 1 })),
    stopServiceDeployment: call(StopServiceDeploymentCommand),
    updateService: call(UpdateServiceCommand, turns({ burst: 50, perSecond: 5 })),
  };
}
