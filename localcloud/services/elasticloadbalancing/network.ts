/** What load balancers need to know of Amazon EC2's network. */
export interface LoadBalancerNetwork {
  readonly vpcId: string;
  readonly securityGroups: readonly NetworkSecurityGroup[];
  findSubnet(subnetId: string): NetworkSubnet | undefined;
  findSecurityGroup(groupId: string): NetworkSecurityGroup | undefined;
}

export interface NetworkSubnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
}

interface NetworkSecurityGroup {
  readonly groupId: string;
  readonly groupName: string;
  readonly vpcId: string;
}
