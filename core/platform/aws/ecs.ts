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
  const paced = pacer(settings.clock);
  const serviceReads = paced({ burst: 100, perSecond: 20 });
  const taskReads = paced({ burst: 100, perSecond: 20 });
  const deploymentReads = paced({ burst: 50, perSecond: 20 });
  return {
    describeClusters: call(DescribeClustersCommand),
    describeServiceDeployments: deploymentReads(call(DescribeServiceDeploymentsCommand)),
    describeServiceRevisions: paced({ burst: 50, perSecond: 20 })(call(DescribeServiceRevisionsCommand)),
    describeServices: serviceReads(call(DescribeServicesCommand)),
    describeTaskDefinition: paced({ burst: 50, perSecond: 20 })(call(DescribeTaskDefinitionCommand)),
    describeTasks: taskReads(call(DescribeTasksCommand)),
    listServiceDeployments: deploymentReads(call(ListServiceDeploymentsCommand)),
    listTasks: taskReads(call(ListTasksCommand)),
    registerTaskDefinition: paced({ burst: 20, perSecond: 1 })(call(RegisterTaskDefinitionCommand)),
    stopServiceDeployment: call(StopServiceDeploymentCommand),
    updateService: paced({ burst: 50, perSecond: 5 })(call(UpdateServiceCommand)),
  };
}
