import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../../gateway/call.fixture.ts";
import { send } from "../../loadbalancer/testing.ts";
import { errorOf, setUp } from "./testing.ts";

let api: ReturnType<typeof setUp>;
let lb: string;
let group: string;

beforeEach(() => {
  api = setUp();
  lb = api.loadBalancer();
  group = api.targetGroup();
});

afterEach(() => api.loadBalancing.close());

describe("CreateListener", () => {
  it("listens, and shows the port and the default action as AWS does", async () => {
    const arn = await api.listener(lb, group, 80);
    const lbPath = lb.split(":loadbalancer/")[1];
    expect(arn).toMatch(new RegExp(`:listener/${lbPath}/[0-9a-f]{16}$`));
    expect(api.elb.DescribeListeners({ LoadBalancerArn: lb }, call).Listeners).toEqual([
      {
        ListenerArn: arn,
        LoadBalancerArn: lb,
        Port: 80,
        Protocol: "HTTP",
        DefaultActions: [
          {
            Type: "forward",
            TargetGroupArn: group,
            ForwardConfig: {
              TargetGroups: [{ TargetGroupArn: group, Weight: 1 }],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
      },
    ]);
    const [bound] = api.loadBalancing.listeners();
    expect(bound).toMatchObject({ listenerArn: arn, port: 80 });
    expect((await send(bound?.boundPort ?? 0)).status).toBe(503);
    expect(api.elb.DescribeRules({ ListenerArn: arn }, call).Rules).toMatchObject([
      { Priority: "default", IsDefault: true, Conditions: [] },
    ]);
  });

  it("refuses a port that the load balancer listens on, also while it is being bound", async () => {
    const both = await Promise.allSettled([api.listener(lb, group), api.listener(lb, group)]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await errorOf(() => api.listener(lb, group))).toEqual({
      code: "DuplicateListenerException",
      message: `A listener already exists on this port for this load balancer '${lb}'`,
    });
    expect(api.loadBalancing.listeners()).toHaveLength(1);
  });

  it("leaves nothing behind where its load balancer is deleted meanwhile", async () => {
    const opening = api.listener(lb, group);
    await api.elb.DeleteLoadBalancer({ LoadBalancerArn: lb }, call);
    await opening;
    expect(api.loadBalancing.listeners()).toEqual([]);
    expect(api.loadBalancing.targetGroups.find(group)?.inUse).toBe(false);
  });

  it("refuses a target group of another load balancer", async () => {
    await api.listener(lb, group);
    const other = api.loadBalancer("other");
    expect(await errorOf(() => api.listener(other, group))).toEqual({
      code: "TargetGroupAssociationLimitException",
      message: `The following target groups cannot be associated with more than one load balancer: ${group}`,
    });
  });

  const forward = () => [{ Type: "forward" as const, TargetGroupArn: group }];
  it.each([
    [{ Protocol: "HTTPS" as const }, "NotImplemented"],
    [{ SslPolicy: "ELBSecurityPolicy-2016-08" }, "NotImplemented"],
    [{ Port: 0 }, "ValidationError"],
    [{ Port: 65_536 }, "ValidationError"],
    [{ Port: undefined }, "ValidationError"],
    [{ DefaultActions: [] }, "ValidationError"],
    [{ DefaultActions: [{ Type: "authenticate-cognito" as const }] }, "NotImplemented"],
    [{ DefaultActions: [{ Type: "forward" as const }] }, "ValidationError"],
  ])("refuses %j with %s", async (input, code) => {
    const whole = { LoadBalancerArn: lb, Protocol: "HTTP" as const, Port: 80, DefaultActions: forward(), ...input };
    expect((await errorOf(() => api.elb.CreateListener(whole, call)))?.code).toBe(code);
    expect(api.elb.DescribeListeners({ LoadBalancerArn: lb }, call).Listeners).toEqual([]);
  });
});

describe("a forward action", () => {
  const listen = (ForwardConfig: object, TargetGroupArn?: string) =>
    api.elb.CreateListener(
      {
        LoadBalancerArn: lb,
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: [
          { Type: "forward", ForwardConfig, ...(TargetGroupArn === undefined ? {} : { TargetGroupArn }) },
        ],
      },
      call,
    );

  it("to several weighted groups puts all of them to use", async () => {
    const green = api.targetGroup("green");
    const TargetGroups = [
      { TargetGroupArn: group, Weight: 100 },
      { TargetGroupArn: green, Weight: 0 },
    ];
    const [listener] = (await listen({ TargetGroups })).Listeners;
    expect(listener?.DefaultActions).toEqual([
      { Type: "forward", ForwardConfig: { TargetGroups, TargetGroupStickinessConfig: { Enabled: false } } },
    ]);
    expect(api.loadBalancing.targetGroups.find(green)?.inUse).toBe(true);
  });

  it("refuses weights, groups and stickiness that cannot be", async () => {
    const one = { TargetGroupArn: group };
    const code = async (config: object, arn?: string) => (await errorOf(() => listen(config, arn)))?.code;
    expect(await code({ TargetGroups: [{ ...one, Weight: 1000 }] })).toBe("ValidationError");
    expect(await code({ TargetGroups: [one, one] })).toBe("ValidationError");
    expect(await code({ TargetGroups: [] })).toBe("ValidationError");
    expect(await code({ TargetGroups: [one] }, api.targetGroup("green"))).toBe("ValidationError");
    expect(await code({ TargetGroups: [{ TargetGroupArn: `${group.slice(0, -16)}${"0".repeat(16)}` }] })).toBe(
      "TargetGroupNotFoundException",
    );
    const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 60 };
    expect(await code({ TargetGroups: [one], TargetGroupStickinessConfig })).toBe("NotImplemented");
  });
});

describe("ModifyListener", () => {
  it("sends the next requests to another group and moves to another port", async () => {
    const ListenerArn = await api.listener(lb, group);
    const green = api.targetGroup("green");
    const before = api.loadBalancing.listeners()[0]?.boundPort;
    const DefaultActions = [{ Type: "forward" as const, TargetGroupArn: green }];
    const [changed] = (await api.elb.ModifyListener({ ListenerArn, Port: 8080, DefaultActions }, call)).Listeners;
    expect(changed).toMatchObject({ Port: 8080, DefaultActions: [{ TargetGroupArn: green }] });
    expect(api.loadBalancing.targetGroups.find(group)?.inUse).toBe(false);
    expect(api.loadBalancing.targetGroups.find(green)?.inUse).toBe(true);
    const [bound] = api.loadBalancing.listeners();
    expect(bound).toMatchObject({ port: 8080 });
    await expect(send(before ?? 0)).rejects.toThrow("ECONNREFUSED");
    expect((await send(bound?.boundPort ?? 0)).status).toBe(503);
  });

  it("keeps its own port when it is said again, and refuses another listener's", async () => {
    const ListenerArn = await api.listener(lb, group, 80);
    await api.listener(lb, group, 81);
    expect((await api.elb.ModifyListener({ ListenerArn, Port: 80 }, call)).Listeners[0]?.Port).toBe(80);
    expect((await errorOf(() => api.elb.ModifyListener({ ListenerArn, Port: 81 }, call)))?.code).toBe(
      "DuplicateListenerException",
    );
  });
});

describe("DescribeListeners and DeleteListener", () => {
  it("find by ARN and say what is missing", async () => {
    const ListenerArn = await api.listener(lb, group);
    expect(api.elb.DescribeListeners({ ListenerArns: [ListenerArn] }, call).Listeners).toHaveLength(1);
    expect((await errorOf(() => api.elb.DescribeListeners({}, call)))?.code).toBe("ValidationError");
    await api.elb.DeleteListener({ ListenerArn }, call);
    expect(api.loadBalancing.listeners()).toEqual([]);
    const gone = { code: "ListenerNotFoundException", message: "One or more listeners not found" };
    expect(await errorOf(() => api.elb.DescribeListeners({ ListenerArns: [ListenerArn] }, call))).toEqual(gone);
    expect(await errorOf(() => api.elb.DeleteListener({ ListenerArn }, call))).toEqual(gone);
  });
});
