import { describe, expect, it } from "vitest";
import { call, callFrom } from "../../gateway/call.fixture.ts";
import { errorOf, setUp, subnets, vpcId } from "./testing.ts";

describe("CreateLoadBalancer", () => {
  it("answers the load balancer as AWS does", () => {
    const { elb, clock } = setUp();
    const [created] = elb.CreateLoadBalancer({ Name: "web", Subnets: subnets }, call).LoadBalancers;
    expect(created).toEqual({
      LoadBalancerArn: expect.stringMatching(
        /^arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer\/app\/web\/[0-9a-f]{16}$/,
      ),
      LoadBalancerName: "web",
      DNSName: "localhost",
      CreatedTime: new Date(clock.now()),
      Scheme: "internet-facing",
      VpcId: vpcId,
      State: { Code: "provisioning" },
      Type: "application",
      AvailabilityZones: [
        { ZoneName: "us-east-1a", SubnetId: "subnet-a", LoadBalancerAddresses: [] },
        { ZoneName: "us-east-1b", SubnetId: "subnet-b", LoadBalancerAddresses: [] },
      ],
      SecurityGroups: ["sg-default"],
      IpAddressType: "ipv4",
    });
    expect(elb.DescribeLoadBalancers({ Names: ["web"] }, call).LoadBalancers).toEqual([
      { ...created, State: { Code: "active" } },
    ]);
  });

  it("is idempotent, and refuses the same name with other settings", async () => {
    const { elb, loadBalancer } = setUp();
    const arn = loadBalancer();
    expect(loadBalancer()).toBe(arn);
    expect(
      await errorOf(() => elb.CreateLoadBalancer({ Name: "web", Subnets: ["subnet-a", "subnet-c"] }, call)),
    ).toEqual({
      code: "DuplicateLoadBalancerNameException",
      message: "A load balancer with the same name 'web' exists, but with different settings",
    });
  });

  it.each([
    [
      { Name: "w".repeat(33) },
      "ValidationError",
      `The load balancer name '${"w".repeat(33)}' cannot be longer than '32' characters`,
    ],
    [
      { Name: "web_1" },
      "ValidationError",
      "The load balancer name 'web_1' can only contain characters that are alphanumeric characters or hyphens(-)",
    ],
    [{ Name: "-web" }, "ValidationError", "The load balancer name '-web' cannot begin or end with '-'"],
    [
      { Name: "internal-web" },
      "ValidationError",
      "The load balancer name 'internal-web' cannot begin with 'internal-'",
    ],
    [
      { Subnets: ["subnet-a"] },
      "ValidationError",
      "At least two subnets in two different Availability Zones must be specified",
    ],
    [
      { Subnets: ["subnet-a", "subnet-a2"] },
      "InvalidConfigurationRequestException",
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    ],
    [{ Subnets: ["subnet-a", "subnet-x"] }, "SubnetNotFoundException", "The subnet ID 'subnet-x' does not exist"],
    [
      { SecurityGroups: ["sg-elsewhere"] },
      "InvalidConfigurationRequestException",
      "One or more security groups are invalid",
    ],
    [
      { Type: "network" as const },
      "NotImplemented",
      "The local cloud does not implement the load balancer type network.",
    ],
    [
      { IpAddressType: "dualstack" as const },
      "NotImplemented",
      "The local cloud does not implement the IP address type dualstack.",
    ],
    [
      { CustomerOwnedIpv4Pool: "pool" },
      "NotImplemented",
      "The local cloud does not implement CustomerOwnedIpv4Pool of Elastic Load Balancing.",
    ],
  ])("refuses %j", async (input, code, message) => {
    const { elb } = setUp();
    const created = () => elb.CreateLoadBalancer({ Name: "web", Subnets: subnets, ...input }, call);
    expect(await errorOf(created)).toEqual({ code, message });
    expect(elb.DescribeLoadBalancers({}, call).LoadBalancers).toEqual([]);
  });
});

describe("DescribeLoadBalancers", () => {
  it("names what it does not find", async () => {
    const { elb, loadBalancer } = setUp();
    const arn = loadBalancer();
    expect(await errorOf(() => elb.DescribeLoadBalancers({ Names: ["gone"] }, call))).toEqual({
      code: "LoadBalancerNotFoundException",
      message: "Load balancers '[gone]' not found",
    });
    expect(await errorOf(() => elb.DescribeLoadBalancers({ LoadBalancerArns: ["nonsense"] }, call))).toEqual({
      code: "ValidationError",
      message: "'nonsense' is not a valid load balancer ARN",
    });
    const other = callFrom("eu-central-1");
    expect(elb.DescribeLoadBalancers({}, other).LoadBalancers).toEqual([]);
    expect((await errorOf(() => elb.DescribeLoadBalancers({ LoadBalancerArns: [arn] }, other)))?.code).toBe(
      "ValidationError",
    );
  });

  it("answers in pages", () => {
    const { elb, loadBalancer } = setUp();
    for (const name of ["one", "two", "three"]) loadBalancer(name);
    const first = elb.DescribeLoadBalancers({ PageSize: 2 }, call);
    expect(first.LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName)).toEqual(["one", "two"]);
    const second = elb.DescribeLoadBalancers({ PageSize: 2, Marker: first.NextMarker }, call);
    expect(second.LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName)).toEqual(["three"]);
    expect(second).not.toHaveProperty("NextMarker");
  });
});

describe("DeleteLoadBalancer", () => {
  it("ends its listeners and leaves its target groups unused", async () => {
    const { elb, loadBalancing, loadBalancer, targetGroup, listener } = setUp();
    const [arn, group] = [loadBalancer(), targetGroup()];
    await listener(arn, group);
    expect(loadBalancing.listeners()).toHaveLength(1);
    expect(loadBalancing.targetGroups.find(group)?.inUse).toBe(true);
    await elb.DeleteLoadBalancer({ LoadBalancerArn: arn }, call);
    expect(loadBalancing.listeners()).toEqual([]);
    expect(loadBalancing.targetGroups.find(group)?.inUse).toBe(false);
    expect(elb.DescribeLoadBalancers({}, call).LoadBalancers).toEqual([]);
    expect(await elb.DeleteLoadBalancer({ LoadBalancerArn: arn }, call)).toEqual({});
  });
});
