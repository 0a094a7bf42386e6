import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../../gateway/call.fixture.ts";
import { send, startTarget } from "../../loadbalancer/testing.ts";
import { errorOf, setUp } from "./testing.ts";

let api: ReturnType<typeof setUp>;
let group: string;
let listener: string;

beforeEach(async () => {
  api = setUp();
  group = api.targetGroup();
  listener = await api.listener(api.loadBalancer(), group);
});

afterEach(() => api.loadBalancing.close());

describe("CreateRule", () => {
  it("answers the rule as AWS does, before the default rule", () => {
    const arn = api.rule(listener, group, 10, "/img/*");
    expect(arn).toMatch(new RegExp(`${listener.replace(":listener/", ":listener-rule/")}/[0-9a-f]{16}$`));
    const rules = api.elb.DescribeRules({ ListenerArn: listener }, call).Rules;
    expect(rules.map(({ Priority }) => Priority)).toEqual(["10", "default"]);
    expect(rules[0]).toEqual({
      RuleArn: arn,
      Priority: "10",
      Conditions: [{ Field: "path-pattern", Values: ["/img/*"], PathPatternConfig: { Values: ["/img/*"] } }],
      Actions: [expect.objectContaining({ Type: "forward", TargetGroupArn: group })],
      IsDefault: false,
    });
  });

  it("refuses a priority that is in use", async () => {
    api.rule(listener, group, 10);
    expect(await errorOf(() => api.rule(listener, group, 10))).toEqual({
      code: "PriorityInUseException",
      message: "Priority '10' is currently in use",
    });
  });

  const values = (Values: string[]) => ({ Conditions: [{ Field: "path-pattern", Values }] });
  it.each([
    [{ Priority: 0 }, "ValidationError"],
    [{ Priority: 50_001 }, "ValidationError"],
    [{ Conditions: [] }, "ValidationError"],
    [values(["/1", "/2", "/3", "/4", "/5", "/6"]), "ValidationError"],
    [values([`/${"x".repeat(128)}`]), "ValidationError"],
    [values(["/a b"]), "ValidationError"],
    [values([]), "ValidationError"],
    [{ Conditions: [{ Field: "path-pattern", RegexValues: ["^/a"] }] }, "NotImplemented"],
    [{ Conditions: [{ Field: "path-pattern", PathPatternConfig: { RegexValues: ["^/a"] } }] }, "NotImplemented"],
    [{ Actions: [{ Type: "authenticate-oidc" as const }] }, "NotImplemented"],
    [{ Transforms: [] }, "NotImplemented"],
  ])("refuses %j with %s", async (input, code) => {
    const whole = {
      ListenerArn: listener,
      Priority: 1,
      ...values(["/x"]),
      Actions: [{ Type: "forward" as const, TargetGroupArn: group }],
      ...input,
    };
    expect((await errorOf(() => api.elb.CreateRule(whole, call)))?.code).toBe(code);
    expect(api.elb.DescribeRules({ ListenerArn: listener }, call).Rules).toHaveLength(1);
  });
});

describe("rules", () => {
  it("route requests, and stop when they are changed, reordered and deleted", async () => {
    const green = api.targetGroup("green");
    const [blueTarget, greenTarget] = await Promise.all([
      startTarget((_request, response) => void response.end("blue")),
      startTarget((_request, response) => void response.end("green")),
    ]);
    api.elb.RegisterTargets({ TargetGroupArn: group, Targets: [{ Id: "127.0.0.1", Port: blueTarget.port }] }, call);
    api.elb.RegisterTargets({ TargetGroupArn: green, Targets: [{ Id: "127.0.0.1", Port: greenTarget.port }] }, call);
    const port = api.loadBalancing.listeners()[0]?.boundPort ?? 0;
    const seen = async (path: string) => (await send(port, { path })).body;

    const RuleArn = api.rule(listener, green, 10, "/api/*");
    await api.clock.advance(0);
    expect([await seen("/api/x?y"), await seen("/api")]).toEqual(["green", "blue"]);

    api.elb.ModifyRule({ RuleArn, Conditions: [{ Field: "path-pattern", Values: ["/v?/*"] }] }, call);
    expect([await seen("/api/x"), await seen("/v2/x")]).toEqual(["blue", "green"]);

    const first = api.rule(listener, group, 5, "/v2/*");
    expect(await seen("/v2/x")).toBe("blue");
    const RulePriorities = [
      { RuleArn, Priority: 5 },
      { RuleArn: first, Priority: 10 },
    ];
    api.elb.SetRulePriorities({ RulePriorities }, call);
    expect(await seen("/v2/x")).toBe("green");

    const Actions = [
      {
        Type: "forward" as const,
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: group, Weight: 3 },
            { TargetGroupArn: green, Weight: 1 },
          ],
        },
      },
    ];
    api.elb.ModifyRule({ RuleArn, Actions }, call);
    const bodies = [];
    for (let i = 0; i < 8; i++) bodies.push(await seen("/v2/x"));
    expect(bodies.filter((body) => body === "green")).toHaveLength(2);

    api.elb.DeleteRule({ RuleArn }, call);
    expect(await seen("/v3/x")).toBe("blue");
    expect(api.loadBalancing.targetGroups.find(green)?.inUse).toBe(false);
    await Promise.all([blueTarget.close(), greenTarget.close()]);
  });

  it("keep two rules from the same priority, all or nothing", async () => {
    const [one, two] = [api.rule(listener, group, 1), api.rule(listener, group, 2)];
    const set = () =>
      api.elb.SetRulePriorities(
        {
          RulePriorities: [
            { RuleArn: one, Priority: 3 },
            { RuleArn: two, Priority: 3 },
          ],
        },
        call,
      );
    expect((await errorOf(set))?.code).toBe("PriorityInUseException");
    const rules = api.elb.DescribeRules({ RuleArns: [one, two] }, call).Rules;
    expect(rules.map(({ Priority }) => Priority)).toEqual(["1", "2"]);
  });

  it("do not let the default rule be deleted or changed", async () => {
    const RuleArn = api.elb.DescribeRules({ ListenerArn: listener }, call).Rules[0]?.RuleArn;
    expect(await errorOf(() => api.elb.DeleteRule({ RuleArn }, call))).toEqual({
      code: "OperationNotPermittedException",
      message: `Default rule '${RuleArn}' cannot be deleted`,
    });
    const Conditions = [{ Field: "path-pattern", Values: ["/x"] }];
    const code = async (change: () => unknown) => (await errorOf(change))?.code;
    expect(await code(() => api.elb.ModifyRule({ RuleArn, Conditions }, call))).toBe("OperationNotPermittedException");
    expect(await code(() => api.elb.SetRulePriorities({ RulePriorities: [{ RuleArn, Priority: 1 }] }, call))).toBe(
      "OperationNotPermittedException",
    );
    expect(await code(() => api.elb.DescribeRules({}, call))).toBe("ValidationError");
    expect(await code(() => api.elb.DeleteRule({ RuleArn: `${RuleArn?.slice(0, -16)}${"0".repeat(16)}` }, call))).toBe(
      "RuleNotFoundException",
    );
  });
});
