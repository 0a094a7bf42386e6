import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { type ClientSettings, caller, sdkConfig } from "./settings.ts";
import { sendUnknownMembers } from "./unknown-members.ts";

export type EcsApi = ReturnType<typeof ecsApi>;

export function ecsApi(settings: ClientSettings) {
  const client = new ECSClient(sdkConfig(settings));
  sendUnknownMembers(client);
  const call = caller("ecs", client, settings);
  return {
    describeServices: call(DescribeServicesCommand),
    describeTaskDefinition: call(DescribeTaskDefinitionCommand),
    describeTasks: call(DescribeTasksCommand),
    listTasks: call(ListTasksCommand),
    registerTaskDefinition: call(RegisterTaskDefinitionCommand),
    updateService: call(UpdateServiceCommand),
  };
}
