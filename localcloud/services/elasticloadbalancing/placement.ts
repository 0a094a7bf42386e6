/** Where a load balancer stands: its subnets, zones and security groups. */
import type { CreateLoadBalancerInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../protocol/aws-error.ts";
import { validationError } from "./errors.ts";
import type { LoadBalancerNetwork, NetworkSubnet } from "./network.ts";
import { refuseMembers } from "./refusals.ts";
import type { LoadBalancerRecord } from "./store.ts";

/** @throws {AwsError} ValidationError, SubnetNotFoundException, InvalidConfigurationRequestException */
export function zonesOf(
  input: CreateLoadBalancerInput,
  network: LoadBalancerNetwork,
): Pick<LoadBalancerRecord, "vpcId" | "zones"> {
  const subnets = subnetIds(input).map((subnetId) => subnet(subnetId, network));
  const [first] = subnets;
  const zones = new Set(subnets.map(({ availabilityZone }) => availabilityZone));
  if (first === undefined || subnets.length < 2)
    throw validationError("At least two subnets in two different Availability Zones must be specified");
  if (zones.size < subnets.length)
    throw new AwsError(
      "InvalidConfigurationRequestException",
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  if (subnets.some(({ vpcId }) => vpcId !== first.vpcId))
    throw new AwsError("InvalidConfigurationRequestException", "All subnets must belong to the same VPC");
  return {
    vpcId: first.vpcId,
    zones: subnets.map(({ availabilityZone, subnetId }) => ({ zoneName: availabilityZone, subnetId })),
  };
}

/**
 * The given security groups, or the VPC's default one.
 * @throws {AwsError} InvalidConfigurationRequestException
 */
export function securityGroupsOf(
  given: readonly string[] | undefined,
  vpcId: string,
  network: LoadBalancerNetwork,
): string[] {
  if (given === undefined || given.length === 0)
    return network.securityGroups
      .filter((group) => group.vpcId === vpcId && group.groupName === "default")
      .map(({ groupId }) => groupId);
  if (given.some((groupId) => network.findSecurityGroup(groupId)?.vpcId !== vpcId))
    throw new AwsError("InvalidConfigurationRequestException", "One or more security groups are invalid");
  return [...new Set(given)];
}

function subnetIds({ Subnets = [], SubnetMappings = [] }: CreateLoadBalancerInput): string[] {
  if (Subnets.length > 0 && SubnetMappings.length > 0)
    throw validationError("You must specify either subnets or subnet mappings, but not both");
  for (const mapping of SubnetMappings)
    refuseMembers(mapping, ["AllocationId", "PrivateIPv4Address", "IPv6Address", "SourceNatIpv6Prefix"]);
  return [...Subnets, ...SubnetMappings.map(({ SubnetId = "" }) => SubnetId)];
}

function subnet(subnetId: string, network: LoadBalancerNetwork): NetworkSubnet {
  const found = network.findSubnet(subnetId);
  if (found === undefined) throw new AwsError("SubnetNotFoundException", `The subnet ID '${subnetId}' does not exist`);
  return found;
}
