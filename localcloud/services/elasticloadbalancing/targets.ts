import { BlockList, isIPv4 } from "node:net";
import type {
  ElasticLoadBalancingV2,
  TargetDescription,
  TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Operations } from "../../gateway/service.ts";
import { notRegistered } from "../../loadbalancer/target-health.ts";
import type { Target } from "../../loadbalancer/targets.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { checkRange } from "./errors.ts";
import { refuseMembers } from "./refusals.ts";
import type { Store, TargetGroupRecord } from "./store.ts";

/** The quota "targets per Application Load Balancer". */
const MAX_TARGETS = 1000;

/**
 * Addresses that can be targets: on AWS those of the VPC, RFC 1918 and RFC 6598, never public ones. Here also this
 * machine's own, where tasks run.
 */
const allowed = new BlockList();
allowed.addSubnet("10.0.0.0", 8, "ipv4");
allowed.addSubnet("100.64.0.0", 10, "ipv4");
allowed.addSubnet("127.0.0.0", 8, "ipv4");
allowed.addSubnet("172.16.0.0", 12, "ipv4");
allowed.addSubnet("192.168.0.0", 16, "ipv4");

export function targetOperations(store: Store) {
  return {
    RegisterTargets: ({ TargetGroupArn, Targets = [] }, call) => {
      const record = store.targetGroup(call, TargetGroupArn);
      const targets = Targets.map((target) => registrable(target, record));
      if (record.group.targets.length + targets.length > MAX_TARGETS)
        throw new AwsError("TooManyTargetsException", "You've reached the limit on the number of targets");
      for (const target of targets) record.group.register(target);
      return {};
    },
    DeregisterTargets: ({ TargetGroupArn, Targets = [] }, call) => {
      const record = store.targetGroup(call, TargetGroupArn);
      for (const target of Targets) record.group.deregister(identity(target, record));
      return {};
    },
    DescribeTargetHealth: ({ TargetGroupArn, Targets = [], ...rest }, call) => {
      refuseMembers(rest, ["Include"]);
      const record = store.targetGroup(call, TargetGroupArn);
      const targets = Targets.length > 0 ? Targets.map((target) => identity(target, record)) : record.group.targets;
      return { TargetHealthDescriptions: targets.map((target) => view(record, target)) };
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

/** The port may be left out for the group's own. */
function identity({ Id = "", Port, ...rest }: TargetDescription, { port }: TargetGroupRecord): Target {
  refuseMembers(rest, ["QuicServerId"]);
  if (Port !== undefined) checkRange("port", Port, { min: 1, max: 65_535 });
  return { id: Id, port: Port ?? port };
}

/** AvailabilityZone does not matter: with cross-zone load balancing AWS treats every value as `all`. */
function registrable(description: TargetDescription, record: TargetGroupRecord): Target {
  const target = identity(description, record);
  // The local cloud has no EC2 instances, so that no instance id is one of the group's VPC.
  if (record.targetType === "instance")
    throw new AwsError("InvalidTargetException", `The following targets are not valid instances: '${target.id}'`);
  if (!isIPv4(target.id))
    throw new AwsError("InvalidTargetException", `The IP address '${target.id}' is not a valid IPv4 address`);
  if (!allowed.check(target.id, "ipv4"))
    throw new AwsError(
      "InvalidTargetException",
      `The IP address '${target.id}' is not in the VPC of the target group, the RFC 1918 or the RFC 6598 range`,
    );
  return target;
}

function view({ group }: TargetGroupRecord, target: Target): TargetHealthDescription {
  const { port } = group.settings.healthCheck;
  return {
    Target: { Id: target.id, Port: target.port },
    HealthCheckPort: String(port === "traffic-port" ? target.port : port),
    TargetHealth: group.health(target) ?? notRegistered,
  };
}
