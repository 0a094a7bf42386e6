import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { sdkConfig } from "./sdk.ts";

/**
 * A target group as the console makes it (30 s between health checks, 300 s of draining), behind a listener.
 * @returns its ARN
 */
export async function makeTargetGroup(cloud: LocalCloud, listenerPort: number): Promise<string> {
  const elb = new ElasticLoadBalancingV2Client(sdkConfig(cloud));
  const { vpcId: VpcId, subnets } = cloud.network;
  const Subnets = subnets.map(({ subnetId }) => subnetId);
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name: "web", Protocol: "HTTP", Port: 80, VpcId, TargetType: "ip" }),
  );
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: "web", Subnets }));
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? "";
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: "HTTP",
      Port: listenerPort,
      DefaultActions: [{ Type: "forward", TargetGroupArn }],
    }),
  );
  return TargetGroupArn;
}
