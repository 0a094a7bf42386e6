import type {
  Action,
  FixedResponseActionConfig,
  RedirectActionConfig,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../../gateway/call.fixture.ts";
import { send } from "../../loadbalancer/testing.ts";
import { errorOf, setUp } from "./testing.ts";

let api: ReturnType<typeof setUp>;
let lb: string;

beforeEach(() => {
  api = setUp();
  lb = api.loadBalancer();
});

afterEach(() => api.loadBalancing.close());

const fixed = (config: Partial<FixedResponseActionConfig>): Action => ({
  Type: "fixed-response",
  FixedResponseConfig: { StatusCode: "404", ...config },
});
const redirect = (config: Partial<RedirectActionConfig>): Action => ({
  Type: "redirect",
  RedirectConfig: { StatusCode: "HTTP_301", ...config },
});

/** A listener whose default action it is. */
async function listen(action: Action): Promise<Action | undefined> {
  const input = { LoadBalancerArn: lb, Protocol: "HTTP" as const, Port: 80, DefaultActions: [action] };
  return (await api.elb.CreateListener(input, call)).Listeners[0]?.DefaultActions?.[0];
}

const answer = (path = "/") => send(api.loadBalancing.listeners()[0]?.boundPort ?? 0, { path });

describe("a listener's default action", () => {
  it("may be a fixed response", async () => {
    const action = fixed({ ContentType: "application/json", MessageBody: "{}" });
    expect(await listen(action)).toEqual(action);
    expect(await answer()).toMatchObject({
      status: 404,
      body: "{}",
      headers: { "content-type": "application/json; charset=utf-8" },
    });
  });

  it("may be a redirect, which is shown with what it leaves as it is", async () => {
    expect(await listen(redirect({ Protocol: "HTTPS", Port: "443" }))).toEqual(
      redirect({ Protocol: "HTTPS", Host: "#{host}", Port: "443", Path: "/#{path}", Query: "#{query}" }),
    );
    expect(await answer("/a?b")).toMatchObject({ status: 301, headers: { location: "https://127.0.0.1:443/a?b" } });
  });

  it("may become another one", async () => {
    await listen(fixed({}));
    const ListenerArn = api.loadBalancing.listeners()[0]?.listenerArn ?? "";
    const group = api.targetGroup();
    const forward: Action = { Type: "forward", TargetGroupArn: group };
    await api.elb.ModifyListener({ ListenerArn, DefaultActions: [forward] }, call);
    expect(api.loadBalancing.targetGroups.find(group)?.inUse).toBe(true);
    expect(await answer()).toMatchObject({ status: 503 });
    await api.elb.ModifyListener({ ListenerArn, DefaultActions: [fixed({ StatusCode: "200" })] }, call);
    expect(api.loadBalancing.targetGroups.find(group)?.inUse).toBe(false);
    expect(await answer()).toMatchObject({ status: 200, body: "" });
  });
});

describe("a rule's action", () => {
  it("answers for the rule's conditions", async () => {
    await listen(fixed({ MessageBody: "default" }));
    const ListenerArn = api.loadBalancing.listeners()[0]?.listenerArn ?? "";
    const Conditions = [{ Field: "query-string", QueryStringConfig: { Values: [{ Key: "old", Value: "*" }] } }];
    const Actions = [redirect({ Path: "/new", Query: "", StatusCode: "HTTP_302" })];
    api.elb.CreateRule({ ListenerArn, Priority: 1, Conditions, Actions }, call);
    expect(await answer("/?old=1")).toMatchObject({
      status: 302,
      headers: { location: expect.stringMatching(/\/new$/) },
    });
    expect(await answer("/?new=1")).toMatchObject({ status: 404, body: "default" });
  });
});

describe("an action", () => {
  it.each<[Action]>([
    [{ Type: "fixed-response" }],
    [fixed({ StatusCode: "302" })],
    [fixed({ StatusCode: "20" })],
    [fixed({ ContentType: "image/png" })],
    [fixed({ MessageBody: "x".repeat(1025) })],
    [{ ...fixed({}), RedirectConfig: { StatusCode: "HTTP_301" } }],
    [{ ...fixed({}), TargetGroupArn: "arn" }],
    [redirect({ Port: "443", StatusCode: undefined })],
    [redirect({ Protocol: "FTP" })],
    [redirect({ Port: "0" })],
    [redirect({ Port: "x" })],
    [redirect({ Path: "new" })],
    [redirect({ Path: "/a\r\nSet-Cookie: b" })],
    [redirect({ Host: "a b" })],
    [redirect({ Host: "x".repeat(129) })],
  ])("is refused: %j", async (action) => {
    expect((await errorOf(() => listen(action)))?.code).toBe("ValidationError");
    expect(api.loadBalancing.listeners()).toEqual([]);
  });

  it("that redirects to where it came from is refused", async () => {
    const loop = {
      code: "InvalidLoadBalancerActionException",
      message: "The redirect configuration is not valid because it creates a loop.",
    };
    expect(await errorOf(() => listen(redirect({})))).toEqual(loop);
    expect(await errorOf(() => listen(redirect({ Query: "again" })))).toEqual(loop);
    expect(await errorOf(() => listen(redirect({ Path: "/again/#{path}" })))).toEqual(loop);
  });
});
