/** What the tests of this folder share: the operations on a clock that stands still. */
import { ManualClock } from "../../clock.ts";
import { call } from "../../gateway/call.fixture.ts";
import { LoadBalancing } from "../../loadbalancer/load-balancing.ts";
import { elasticLoadBalancingOperations } from "./operations.ts";

export const vpcId = "vpc-1";
export const subnets = ["subnet-a", "subnet-b"];

const securityGroups = [
  { groupId: "sg-default", groupName: "default", vpcId },
  { groupId: "sg-web", groupName: "web", vpcId },
  { groupId: "sg-elsewhere", groupName: "default", vpcId: "vpc-2" },
];
const network = {
  vpcId,
  securityGroups,
  findSubnet: (subnetId: string) =>
    /^subnet-[abc]2?$/.test(subnetId)
      ? { subnetId, vpcId, availabilityZone: `us-east-1${subnetId.charAt(7)}` }
      : undefined,
  findSecurityGroup: (groupId: string) => securityGroups.find((group) => group.groupId === groupId),
};

export function setUp() {
  const clock = new ManualClock();
  const loadBalancing = new LoadBalancing({ clock, probe: async () => ({ healthy: true }), portsFor: () => [0] });
  const elb = elasticLoadBalancingOperations({ loadBalancing, network, clock });
  return { clock, loadBalancing, elb, ...creators(elb) };
}

type Elb = ReturnType<typeof elasticLoadBalancingOperations>;

function creators(elb: Elb) {
  const loadBalancer = (Name = "web") =>
    arnOf(elb.CreateLoadBalancer({ Name, Subnets: subnets }, call).LoadBalancers[0]?.LoadBalancerArn);
  const targetGroup = (Name = "web") =>
    arnOf(
      elb.CreateTargetGroup({ Name, Protocol: "HTTP", Port: 80, VpcId: vpcId, TargetType: "ip" }, call).TargetGroups[0]
        ?.TargetGroupArn,
    );
  const listener = async (LoadBalancerArn: string, TargetGroupArn: string, Port = 80) => {
    const DefaultActions = [{ Type: "forward" as const, TargetGroupArn }];
    const created = await elb.CreateListener({ LoadBalancerArn, Protocol: "HTTP", Port, DefaultActions }, call);
    return arnOf(created.Listeners[0]?.ListenerArn);
  };
  const rule = (ListenerArn: string, TargetGroupArn: string, Priority: number, path = "/api/*") =>
    arnOf(
      elb.CreateRule(
        {
          ListenerArn,
          Priority,
          Conditions: [{ Field: "path-pattern", Values: [path] }],
          Actions: [{ Type: "forward", TargetGroupArn }],
        },
        call,
      ).Rules[0]?.RuleArn,
    );
  return { loadBalancer, targetGroup, listener, rule };
}

function arnOf(arn: string | undefined): string {
  if (arn === undefined) throw new Error("The answer has no ARN.");
  return arn;
}

/** The code and sentence of the AwsError that an operation throws. */
export async function errorOf(operation: () => unknown): Promise<{ code: unknown; message: string } | undefined> {
  try {
    await operation();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return { code: error.code, message: error.message };
  }
}
