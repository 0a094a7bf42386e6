/** Elastic Load Balancing on the wire: what the SDK and the AWS CLI make of the same answers, and the traffic behind. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  DuplicateListenerException,
  ElasticLoadBalancingV2,
  LoadBalancerNotFoundException,
  PriorityInUseException,
  ResourceInUseException,
  TargetGroupNotFoundException,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../../localcloud/local-cloud.ts";
import { awsCli, describeWithAwsCli } from "./aws-cli.ts";
import { sdkConfig, startCloud } from "./sdk.ts";

let cloud: LocalCloud;
let elb: ElasticLoadBalancingV2;
let target: Server;

beforeAll(async () => {
  cloud = await startCloud();
  elb = new ElasticLoadBalancingV2(sdkConfig(cloud));
  target = createServer((request, response) => void response.end(`target got ${request.url}`));
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  elb.destroy();
  await cloud.close();
  target.closeAllConnections();
  await new Promise((resolve) => target.close(resolve));
});

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("The answer lacks what the test needs.");
  return value;
}

const subnets = () => cloud.network.subnets.slice(0, 2).map(({ subnetId }) => subnetId);

async function loadBalancer(Name: string): Promise<string> {
  const { LoadBalancers } = await elb.createLoadBalancer({ Name, Subnets: subnets() });
  return required(LoadBalancers?.[0]?.LoadBalancerArn);
}

async function targetGroup(Name: string): Promise<string> {
  const settings = { Protocol: "HTTP", Port: 80, VpcId: cloud.network.vpcId, TargetType: "ip" } as const;
  const { TargetGroups } = await elb.createTargetGroup({ Name, ...settings });
  return required(TargetGroups?.[0]?.TargetGroupArn);
}

/** Bound where it is free; the local cloud says where. */
async function listener(LoadBalancerArn: string, TargetGroupArn: string, Port = 18_080): Promise<string> {
  const DefaultActions = [{ Type: "forward", TargetGroupArn } as const];
  const { Listeners } = await elb.createListener({ LoadBalancerArn, Protocol: "HTTP", Port, DefaultActions });
  return required(Listeners?.[0]?.ListenerArn);
}

async function get(listenerArn: string, path: string) {
  const { boundPort } = required(cloud.listeners().find((one) => one.listenerArn === listenerArn));
  const answer = await fetch(`http://127.0.0.1:${boundPort}${path}`, { redirect: "manual" });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

describe("Elastic Load Balancing to the SDK", () => {
  it("makes a load balancer that carries requests by its rules, and takes it away", async () => {
    const LoadBalancerArn = await loadBalancer("sdk-life");
    expect(LoadBalancerArn).toMatch(
      /^arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer\/app\/sdk-life\/[0-9a-f]{16}$/,
    );
    const [blue, green] = [await targetGroup("sdk-blue"), await targetGroup("sdk-green")];
    const listenerArn = await listener(LoadBalancerArn, blue);
    expect(await get(listenerArn, "/")).toMatchObject({ status: 503 });

    const conditions = [{ Field: "path-pattern", Values: ["/green/*"] }];
    const Actions = [{ Type: "forward", TargetGroupArn: green } as const];
    const rule = { ListenerArn: listenerArn, Priority: 10, Conditions: conditions, Actions };
    const RuleArn = required((await elb.createRule(rule)).Rules?.[0]?.RuleArn);
    await expect(elb.createRule(rule)).rejects.toThrow(PriorityInUseException);
    const { Rules } = await elb.describeRules({ ListenerArn: listenerArn });
    expect(Rules?.map(({ Priority, IsDefault }) => [Priority, IsDefault])).toEqual([
      ["10", false],
      ["default", true],
    ]);

    const { port } = target.address() as AddressInfo;
    await elb.registerTargets({ TargetGroupArn: green, Targets: [{ Id: "127.0.0.1", Port: port }] });
    await expect.poll(async () => (await get(listenerArn, "/green/1")).body).toBe("target got /green/1");
    const { TargetHealthDescriptions } = await elb.describeTargetHealth({ TargetGroupArn: green });
    expect(TargetHealthDescriptions).toMatchObject([{ Target: { Id: "127.0.0.1", Port: port } }]);
    await expect(elb.deleteTargetGroup({ TargetGroupArn: green })).rejects.toThrow(ResourceInUseException);

    await elb.deleteRule({ RuleArn });
    expect(await get(listenerArn, "/green/1")).toMatchObject({ status: 503 });
    await elb.deleteTargetGroup({ TargetGroupArn: green });
    await elb.deleteLoadBalancer({ LoadBalancerArn });
    expect(cloud.listeners().filter((one) => one.listenerArn === listenerArn)).toEqual([]);
    await expect(elb.describeTargetGroups({ TargetGroupArns: [green] })).rejects.toThrow(TargetGroupNotFoundException);
  });

  it("answers by itself what its rules say, and shows them as they were given", async () => {
    const LoadBalancerArn = await loadBalancer("sdk-answers");
    const FixedResponseConfig = { StatusCode: "404", ContentType: "text/plain", MessageBody: "nothing & here" };
    const { Listeners } = await elb.createListener({
      ...{ LoadBalancerArn, Protocol: "HTTP", Port: 18_081 },
      DefaultActions: [{ Type: "fixed-response", FixedResponseConfig }],
    });
    expect(Listeners).toMatchObject([{ DefaultActions: [{ Type: "fixed-response", FixedResponseConfig }] }]);
    const ListenerArn = required(Listeners?.[0]?.ListenerArn);
    const Conditions = [
      { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET"] } },
      { Field: "query-string", QueryStringConfig: { Values: [{ Key: "old", Value: "*" }] } },
      { Field: "source-ip", SourceIpConfig: { Values: ["127.0.0.0/8"] } },
    ];
    const RedirectConfig = { Host: "new.example.com", Port: "8080", StatusCode: "HTTP_302" } as const;
    const Actions = [{ Type: "redirect", RedirectConfig } as const];
    const { Rules } = await elb.createRule({ ListenerArn, Priority: 1, Conditions, Actions });
    expect(Rules).toMatchObject([{ Conditions, Actions: [{ Type: "redirect", RedirectConfig }] }]);

    expect(await get(ListenerArn, "/")).toMatchObject({ status: 404, body: "nothing & here" });
    const redirected = await get(ListenerArn, "/a?old=1");
    expect(redirected.status).toBe(302);
    expect(redirected.headers.get("location")).toBe("http://new.example.com:8080/a?old=1");
  });

  it("keeps a load balancer's attributes", async () => {
    const LoadBalancerArn = await loadBalancer("sdk-attributes");
    const changed = { Key: "deletion_protection.enabled", Value: "true" };
    await elb.modifyLoadBalancerAttributes({ LoadBalancerArn, Attributes: [changed] });
    const { Attributes } = await elb.describeLoadBalancerAttributes({ LoadBalancerArn });
    expect(Attributes).toEqual(expect.arrayContaining([changed, { Key: "idle_timeout.timeout_seconds", Value: "60" }]));
    await expect(elb.deleteLoadBalancer({ LoadBalancerArn })).rejects.toMatchObject({
      Error: { Code: "OperationNotPermitted" },
    });
  });

  it("answers errors with the wire's codes, the schema's classes and status 400", async () => {
    const missing = await elb.describeLoadBalancers({ Names: ["none"] }).catch((error) => error);
    expect(missing).toBeInstanceOf(LoadBalancerNotFoundException);
    expect(missing).toMatchObject({
      message: "Load balancers '[none]' not found",
      Error: { Code: "LoadBalancerNotFound", Type: "Sender" },
      $metadata: { httpStatusCode: 400 },
    });
    const LoadBalancerArn = await loadBalancer("sdk-errors");
    const group = await targetGroup("sdk-errors");
    await listener(LoadBalancerArn, group);
    await expect(listener(LoadBalancerArn, group)).rejects.toThrow(DuplicateListenerException);
    await expect(elb.createLoadBalancer({ Name: "-x", Subnets: subnets() })).rejects.toMatchObject({
      name: "ValidationError",
      message: "The load balancer name '-x' cannot begin or end with '-'",
    });
  });
});

describeWithAwsCli("Elastic Load Balancing to the AWS CLI", () => {
  it("reads the same answers and errors", async () => {
    const aws = awsCli(cloud.endpoint);
    const arn = await loadBalancer("cli-life");
    const group = await targetGroup("cli-life");
    const made = await aws(
      ...["elbv2", "create-listener", "--load-balancer-arn", arn, "--protocol", "HTTP", "--port", "18090"],
      ...["--default-actions", `Type=forward,TargetGroupArn=${group}`],
    );
    expect(made).toMatchObject({ Listeners: [{ LoadBalancerArn: arn, Port: 18_090, Protocol: "HTTP" }] });
    const listenerArn = (made.Listeners as { ListenerArn: string }[])[0]?.ListenerArn ?? "";
    const conditions = [{ Field: "host-header", HostHeaderConfig: { Values: ["old.example.com"] } }];
    const actions = [{ Type: "redirect", RedirectConfig: { Host: "new.example.com", StatusCode: "HTTP_301" } }];
    const rule = await aws(
      ...["elbv2", "create-rule", "--listener-arn", listenerArn, "--priority", "1"],
      ...["--conditions", JSON.stringify(conditions), "--actions", JSON.stringify(actions)],
    );
    expect(rule).toMatchObject({ Rules: [{ Priority: "1", Conditions: conditions, Actions: actions }] });
    expect(await aws("elbv2", "describe-load-balancers", "--names", "cli-life")).toMatchObject({
      LoadBalancers: [{ LoadBalancerArn: arn, Type: "application", State: { Code: "active" } }],
    });
    await expect(aws("elbv2", "describe-target-groups", "--names", "none")).rejects.toThrow(
      "An error occurred (TargetGroupNotFound) when calling the DescribeTargetGroups operation: One or more target groups not found",
    );
    expect(await aws("elbv2", "delete-load-balancer", "--load-balancer-arn", arn)).toEqual({});
  });
});
