import type { EC2, Filter } from "@aws-sdk/client-ec2";
import type { Operations, Service } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Network } from "./network.ts";

/** Amazon EC2, as far as finding the default network needs it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference */
export function ec2Service(network: Network, accountId: string): Service {
  const vpcs = [
    {
      VpcId: network.vpcId,
      CidrBlock: network.cidrBlock,
      IsDefault: true,
      State: "available" as const,
      OwnerId: accountId,
      InstanceTenancy: "default" as const,
    },
  ];
  const subnets = network.subnets.map((subnet) => ({
    SubnetId: subnet.subnetId,
    VpcId: subnet.vpcId,
    AvailabilityZone: subnet.availabilityZone,
    CidrBlock: subnet.cidrBlock,
    DefaultForAz: true,
    MapPublicIpOnLaunch: true,
    State: "available" as const,
    OwnerId: accountId,
  }));
  const groups = network.securityGroups.map((group) => ({
    GroupId: group.groupId,
    GroupName: group.groupName,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: accountId,
  }));

  const operations: Operations<EC2> = {
    DescribeVpcs: ({ VpcIds, Filters, DryRun }) => ({
      Vpcs: select(vpcs, {
        dryRun: DryRun,
        ids: VpcIds,
        idOf: (vpc) => vpc.VpcId,
        missing: (id) => new AwsError("InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`),
        filters: Filters,
        values: (vpc) => ({
          "vpc-id": vpc.VpcId,
          "is-default": "true",
          isDefault: "true",
          state: vpc.State,
          cidr: vpc.CidrBlock,
        }),
      }),
    }),
    DescribeSubnets: ({ SubnetIds, Filters, DryRun }) => ({
      Subnets: select(subnets, {
        dryRun: DryRun,
        ids: SubnetIds,
        idOf: (subnet) => subnet.SubnetId,
        missing: (id) => new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`),
        filters: Filters,
        values: (subnet) => ({
          "subnet-id": subnet.SubnetId,
          "vpc-id": subnet.VpcId,
          "availability-zone": subnet.AvailabilityZone,
          "default-for-az": "true",
          state: subnet.State,
        }),
      }),
    }),
    DescribeSecurityGroups: ({ GroupIds, GroupNames, Filters, DryRun }) => ({
      SecurityGroups: select(groups, {
        dryRun: DryRun,
        ids: GroupIds,
        idOf: (group) => group.GroupId,
        missing: (id) => new AwsError("InvalidGroup.NotFound", `The security group '${id}' does not exist`),
        filters: [...(Filters ?? []), ...(GroupNames ? [{ Name: "group-name", Values: GroupNames }] : [])],
        values: (group) => ({ "group-id": group.GroupId, "group-name": group.GroupName, "vpc-id": group.VpcId }),
      }),
    }),
  };
  return {
    signingName: "ec2",
    protocol: "ec2Query",
    xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
    schemas: () => import("./schemas.ts"),
    operations,
  };
}

interface Selection<Item> {
  readonly dryRun: boolean | undefined;
  readonly ids: readonly string[] | undefined;
  readonly idOf: (item: Item) => string;
  readonly missing: (id: string) => AwsError;
  readonly filters: readonly Filter[] | undefined;
  /** What each filter that the local cloud knows compares. */
  readonly values: (item: Item) => Readonly<Record<string, string>>;
}

function select<Item>(
  items: readonly Item[],
  { dryRun, ids, idOf, missing, filters, values }: Selection<Item>,
): Item[] {
  if (dryRun === true)
    throw new AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", { status: 412 });
  const unknown = ids?.find((id) => !items.some((item) => idOf(item) === id));
  if (unknown !== undefined) throw missing(unknown);
  return items.filter(
    (item) =>
      (ids === undefined || ids.includes(idOf(item))) &&
      (filters ?? []).every((filter) => matches(values(item), filter)),
  );
}

function matches(values: Readonly<Record<string, string>>, { Name = "", Values = [] }: Filter): boolean {
  const value = Object.hasOwn(values, Name) ? values[Name] : undefined;
  if (value === undefined) throw new AwsError("InvalidParameterValue", `The filter '${Name}' is invalid`);
  const pattern = Values.find((given) => /[*?]/.test(given));
  if (pattern !== undefined)
    throw new AwsError("InvalidParameterValue", `The local cloud does not match the wildcards of '${pattern}'.`);
  return Values.includes(value);
}
