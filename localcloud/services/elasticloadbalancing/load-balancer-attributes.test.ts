import type { LoadBalancerAttribute } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../../gateway/call.fixture.ts";
import { send, startTarget } from "../../loadbalancer/testing.ts";
import { errorOf, setUp } from "./testing.ts";

let api: ReturnType<typeof setUp>;
let lb: string;

beforeEach(() => {
  api = setUp();
  lb = api.loadBalancer();
});

afterEach(() => api.loadBalancing.close());

const modify = (...pairs: [Key: string, Value: string][]) =>
  api.elb.ModifyLoadBalancerAttributes(
    { LoadBalancerArn: lb, Attributes: pairs.map(([Key, Value]) => ({ Key, Value })) },
    call,
  );
const values = (attributes: readonly LoadBalancerAttribute[]) =>
  Object.fromEntries(attributes.map(({ Key = "", Value }) => [Key, Value]));
const described = () => values(api.elb.DescribeLoadBalancerAttributes({ LoadBalancerArn: lb }, call).Attributes);

describe("load balancer attributes", () => {
  it("have AWS's defaults, each once", () => {
    const { Attributes } = api.elb.DescribeLoadBalancerAttributes({ LoadBalancerArn: lb }, call);
    expect(Object.keys(described())).toHaveLength(Attributes.length);
    expect(described()).toMatchObject({
      "idle_timeout.timeout_seconds": "60",
      "deletion_protection.enabled": "false",
      "client_keep_alive.seconds": "3600",
      "routing.http.desync_mitigation_mode": "defensive",
      "routing.http.xff_header_processing.mode": "append",
      "routing.http2.enabled": "true",
    });
  });

  it("that were changed are shown, by both operations, and the others stay", () => {
    const before = described();
    const answered = modify(["idle_timeout.timeout_seconds", "120"]);
    expect(values(answered.Attributes)).toEqual({ ...before, "idle_timeout.timeout_seconds": "120" });
    modify(["deletion_protection.enabled", "true"]);
    expect(described()).toMatchObject({ "idle_timeout.timeout_seconds": "120", "deletion_protection.enabled": "true" });
  });

  it.each([
    ["idle_timeout.timeout_seconds", "0", "ValidationError"],
    ["idle_timeout.timeout_seconds", "4001", "ValidationError"],
    ["idle_timeout.timeout_seconds", "x", "ValidationError"],
    ["deletion_protection.enabled", "yes", "ValidationError"],
    ["routing.http.xff_header_processing.mode", "drop", "ValidationError"],
    ["colour", "red", "ValidationError"],
    ["routing.http2.enabled", "false", "NotImplemented"],
    ["access_logs.s3.enabled", "true", "NotImplemented"],
  ])("refuse %s=%s with %s, and change nothing", async (key, value, code) => {
    const before = described();
    expect((await errorOf(() => modify(["deletion_protection.enabled", "true"], [key, value])))?.code).toBe(code);
    expect(described()).toEqual(before);
  });

  it("that cannot be changed may be set to what they are", () => {
    expect(values(modify(["routing.http2.enabled", "true"]).Attributes)).toEqual(described());
  });

  it("protect from deletion", async () => {
    modify(["deletion_protection.enabled", "true"]);
    expect(await errorOf(() => api.elb.DeleteLoadBalancer({ LoadBalancerArn: lb }, call))).toEqual({
      code: "OperationNotPermittedException",
      message: `Load balancer '${lb}' cannot be deleted because deletion protection is enabled`,
    });
    modify(["deletion_protection.enabled", "false"]);
    await api.elb.DeleteLoadBalancer({ LoadBalancerArn: lb }, call);
    expect(api.elb.DescribeLoadBalancers({}, call).LoadBalancers).toEqual([]);
  });

  it("reach listeners that are there and listeners that come", async () => {
    modify(["idle_timeout.timeout_seconds", "7"]);
    const group = api.targetGroup();
    await api.listener(lb, group);
    const target = await startTarget((request, response) => {
      response.end(String(request.headers["x-forwarded-for"]));
    });
    api.elb.RegisterTargets({ TargetGroupArn: group, Targets: [{ Id: "127.0.0.1", Port: target.port }] }, call);
    await api.clock.advance(0);
    const answer = () =>
      send(api.loadBalancing.listeners()[0]?.boundPort ?? 0, { headers: { Connection: "keep-alive" } });
    expect(await answer()).toMatchObject({ headers: { "keep-alive": "timeout=7" }, body: "127.0.0.1" });
    modify(["idle_timeout.timeout_seconds", "8"], ["routing.http.xff_header_processing.mode", "remove"]);
    expect(await answer()).toMatchObject({ headers: { "keep-alive": "timeout=8" }, body: "undefined" });
    modify(["routing.http.xff_header_processing.mode", "append"], ["routing.http.xff_client_port.enabled", "true"]);
    expect(await answer()).toMatchObject({ body: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
    await target.close();
  });
});
