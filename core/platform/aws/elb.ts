import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type ClientSettings, caller, sdkConfig } from "./settings.ts";

export type ElbApi = ReturnType<typeof elbApi>;

export function elbApi(settings: ClientSettings) {
  const call = caller("elasticloadbalancing", new ElasticLoadBalancingV2Client(sdkConfig(settings)), settings);
  return {
    describeTargetGroups: call(DescribeTargetGroupsCommand),
    describeTargetHealth: call(DescribeTargetHealthCommand),
  };
}
