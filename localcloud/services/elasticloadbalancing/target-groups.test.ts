import { describe, expect, it } from "vitest";
import { call } from "../../gateway/call.fixture.ts";
import { errorOf, setUp, vpcId } from "./testing.ts";

const required = { Name: "web", Protocol: "HTTP" as const, Port: 80, VpcId: vpcId };

describe("CreateTargetGroup", () => {
  it("fills in AWS's defaults", () => {
    const { elb } = setUp();
    expect(elb.CreateTargetGroup(required, call).TargetGroups).toEqual([
      {
        TargetGroupArn: expect.stringMatching(
          /^arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup\/web\/[0-9a-f]{16}$/,
        ),
        TargetGroupName: "web",
        Protocol: "HTTP",
        Port: 80,
        VpcId: vpcId,
        HealthCheckProtocol: "HTTP",
        HealthCheckPort: "traffic-port",
        HealthCheckEnabled: true,
        HealthCheckIntervalSeconds: 30,
        HealthCheckTimeoutSeconds: 6,
        HealthyThresholdCount: 5,
        UnhealthyThresholdCount: 2,
        HealthCheckPath: "/",
        Matcher: { HttpCode: "200" },
        LoadBalancerArns: [],
        TargetType: "instance",
        ProtocolVersion: "HTTP1",
        IpAddressType: "ipv4",
      },
    ]);
  });

  it("is idempotent, and refuses the same name with other settings", async () => {
    const { elb } = setUp();
    const [first] = elb.CreateTargetGroup(required, call).TargetGroups;
    expect(elb.CreateTargetGroup(required, call).TargetGroups).toEqual([first]);
    expect(await errorOf(() => elb.CreateTargetGroup({ ...required, Port: 81 }, call))).toEqual({
      code: "DuplicateTargetGroupNameException",
      message: "A target group with the same name 'web' exists, but with different settings",
    });
  });

  it.each([
    [{ HealthCheckIntervalSeconds: 4 }, /Value '4' at 'healthCheckIntervalSeconds' .* greater than or equal to 5$/],
    [{ HealthCheckIntervalSeconds: 301 }, /Value '301' at 'healthCheckIntervalSeconds' .* less than or equal to 300$/],
    [{ HealthCheckTimeoutSeconds: 1 }, /'healthCheckTimeoutSeconds' .* greater than or equal to 2$/],
    [{ HealthyThresholdCount: 11 }, /'healthyThresholdCount' .* less than or equal to 10$/],
    [{ UnhealthyThresholdCount: 1 }, /'unhealthyThresholdCount' .* greater than or equal to 2$/],
    [{ HealthCheckIntervalSeconds: 6 }, /^Health check interval must be greater than the timeout\.$/],
    [{ HealthCheckPath: "healthz" }, /^Health check path 'healthz' must begin with a '\/'/],
    [{ HealthCheckPath: "/a b" }, /^Health check path/],
    [{ HealthCheckPath: "/a\r\nX: 1" }, /^Health check path/],
    [{ HealthCheckPort: "0" }, /^Health check port '0'/],
    [{ HealthCheckPort: "any" }, /^Health check port 'any'/],
    [
      { Matcher: { HttpCode: "200-500" } },
      /^Health check matcher HTTP code '200-500' must be within '200-499' inclusive$/,
    ],
    [{ Matcher: { HttpCode: "" } }, /^Health check matcher/],
    [{ HealthCheckEnabled: false }, /^Health checks cannot be disabled/],
    [{ Port: 0 }, /Value '0' at 'port'/],
    [{ VpcId: "vpc-x" }, /^The VPC ID 'vpc-x' is not found$/],
    [{ Protocol: undefined }, /^A protocol must be specified$/],
    [{ Name: "w".repeat(33) }, /^Target group name 'w{33}' cannot be longer than '32' characters$/],
  ])("refuses %j", async (input, message) => {
    const { elb } = setUp();
    const error = await errorOf(() => elb.CreateTargetGroup({ ...required, ...input }, call));
    expect(error).toEqual({ code: "ValidationError", message: expect.stringMatching(message) });
    expect(elb.DescribeTargetGroups({}, call).TargetGroups).toEqual([]);
  });

  it.each([
    [{ Protocol: "HTTPS" as const }],
    [{ TargetType: "lambda" as const }],
    [{ ProtocolVersion: "GRPC" }],
    [{ HealthCheckProtocol: "TCP" as const }],
    [{ IpAddressType: "ipv6" as const }],
    [{ TargetControlPort: 3000 }],
    [{ Matcher: { GrpcCode: "12" } }],
  ])("says that the local cloud does not do %j", async (input) => {
    const { elb } = setUp();
    const error = await errorOf(() => elb.CreateTargetGroup({ ...required, ...input }, call));
    expect(error?.code).toBe("NotImplemented");
  });
});

describe("ModifyTargetGroup", () => {
  it("changes what is given and keeps the rest", async () => {
    const { elb, targetGroup, loadBalancing } = setUp();
    const TargetGroupArn = targetGroup();
    const change = { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2, HealthCheckPort: "8080" };
    const [changed] = elb.ModifyTargetGroup({ TargetGroupArn, ...change }, call).TargetGroups;
    expect(changed).toMatchObject({ ...change, HealthCheckPath: "/", HealthyThresholdCount: 5 });
    expect(loadBalancing.targetGroups.group(TargetGroupArn).settings.healthCheck).toMatchObject({
      intervalSeconds: 5,
      port: 8080,
    });
    const tooShort = () => elb.ModifyTargetGroup({ TargetGroupArn, HealthCheckTimeoutSeconds: 5 }, call);
    expect((await errorOf(tooShort))?.message).toBe("Health check interval must be greater than the timeout.");
  });
});

describe("DescribeTargetGroups", () => {
  it("finds by name, by ARN and by load balancer", async () => {
    const { elb, loadBalancer, targetGroup, listener } = setUp();
    const [lb, used, unused] = [loadBalancer(), targetGroup("used"), targetGroup("unused")];
    await listener(lb, used);
    const names = (input: Parameters<typeof elb.DescribeTargetGroups>[0]) =>
      elb.DescribeTargetGroups(input, call).TargetGroups.map(({ TargetGroupName }) => TargetGroupName);
    expect(names({})).toEqual(["used", "unused"]);
    expect(names({ Names: ["unused"] })).toEqual(["unused"]);
    expect(names({ TargetGroupArns: [unused] })).toEqual(["unused"]);
    expect(names({ LoadBalancerArn: lb })).toEqual(["used"]);
    expect(elb.DescribeTargetGroups({ Names: ["used"] }, call).TargetGroups[0]?.LoadBalancerArns).toEqual([lb]);
    expect(await errorOf(() => names({ Names: ["gone"] }))).toEqual({
      code: "TargetGroupNotFoundException",
      message: "One or more target groups not found",
    });
    expect(await errorOf(() => names({ TargetGroupArns: ["nope"] }))).toEqual({
      code: "ValidationError",
      message: "'nope' is not a valid target group ARN",
    });
  });
});

describe("DeleteTargetGroup", () => {
  it("refuses a group that a listener forwards to", async () => {
    const { elb, loadBalancer, targetGroup, listener } = setUp();
    const TargetGroupArn = targetGroup();
    const ListenerArn = await listener(loadBalancer(), TargetGroupArn);
    expect(await errorOf(() => elb.DeleteTargetGroup({ TargetGroupArn }, call))).toEqual({
      code: "ResourceInUseException",
      message: `Target group '${TargetGroupArn}' is currently in use by a listener or a rule`,
    });
    await elb.DeleteListener({ ListenerArn }, call);
    expect(elb.DeleteTargetGroup({ TargetGroupArn }, call)).toEqual({});
    expect(elb.DescribeTargetGroups({}, call).TargetGroups).toEqual([]);
    expect(elb.DeleteTargetGroup({ TargetGroupArn }, call)).toEqual({});
  });
});

describe("target group attributes", () => {
  const DELAY = "deregistration_delay.timeout_seconds";

  it("are AWS's defaults; the deregistration delay can be changed and is honoured", async () => {
    const { elb, clock, loadBalancer, targetGroup, listener } = setUp();
    const TargetGroupArn = targetGroup();
    await listener(loadBalancer(), TargetGroupArn);
    const attributes = () =>
      new Map(
        elb.DescribeTargetGroupAttributes({ TargetGroupArn }, call).Attributes.map(({ Key, Value }) => [Key, Value]),
      );
    expect(attributes().get(DELAY)).toBe("300");
    expect(attributes().get("load_balancing.algorithm.type")).toBe("round_robin");
    elb.ModifyTargetGroupAttributes({ TargetGroupArn, Attributes: [{ Key: DELAY, Value: "5" }] }, call);
    expect(attributes().get(DELAY)).toBe("5");

    const Targets = [{ Id: "127.0.0.1", Port: 3000 }];
    elb.RegisterTargets({ TargetGroupArn, Targets }, call);
    elb.DeregisterTargets({ TargetGroupArn, Targets }, call);
    const health = () =>
      elb.DescribeTargetHealth({ TargetGroupArn, Targets }, call).TargetHealthDescriptions[0]?.TargetHealth;
    await clock.advance(4_999);
    expect(health()?.State).toBe("draining");
    await clock.advance(1);
    expect(health()).toMatchObject({ State: "unused", Reason: "Target.NotRegistered" });
  });

  it.each([
    [DELAY, "3601", "ValidationError"],
    [DELAY, "-1", "ValidationError"],
    [DELAY, "1.5", "ValidationError"],
    ["no.such.key", "1", "ValidationError"],
    ["stickiness.enabled", "true", "NotImplemented"],
    ["load_balancing.algorithm.type", "least_outstanding_requests", "NotImplemented"],
  ])("refuses %s=%s with %s", async (Key, Value, code) => {
    const { elb, targetGroup } = setUp();
    const TargetGroupArn = targetGroup();
    const modify = () => elb.ModifyTargetGroupAttributes({ TargetGroupArn, Attributes: [{ Key, Value }] }, call);
    expect((await errorOf(modify))?.code).toBe(code);
  });

  it("accepts a default that is said again", () => {
    const { elb, targetGroup } = setUp();
    const TargetGroupArn = targetGroup();
    const Attributes = [{ Key: "stickiness.enabled", Value: "false" }];
    expect(elb.ModifyTargetGroupAttributes({ TargetGroupArn, Attributes }, call).Attributes).toContainEqual(
      Attributes[0],
    );
  });
});
