import { describe, expect, it } from "vitest";
import { call } from "../../gateway/call.fixture.ts";
import { errorOf, setUp, vpcId } from "./testing.ts";

const Id = "127.0.0.1";

describe("targets", () => {
  it("are registered at the group's port or their own, checked, and shown", async () => {
    const { elb, clock, loadBalancer, targetGroup, listener } = setUp();
    const TargetGroupArn = targetGroup();
    elb.RegisterTargets({ TargetGroupArn, Targets: [{ Id }, { Id, Port: 3000 }] }, call);
    const shown = () => elb.DescribeTargetHealth({ TargetGroupArn }, call).TargetHealthDescriptions;
    expect(shown().map(({ TargetHealth }) => TargetHealth?.Reason)).toEqual(["Target.NotInUse", "Target.NotInUse"]);
    await listener(loadBalancer(), TargetGroupArn);
    await clock.advance(0);
    expect(shown()).toEqual([
      { Target: { Id, Port: 80 }, HealthCheckPort: "80", TargetHealth: { State: "healthy" } },
      { Target: { Id, Port: 3000 }, HealthCheckPort: "3000", TargetHealth: { State: "healthy" } },
    ]);
    elb.DeregisterTargets({ TargetGroupArn, Targets: [{ Id }, { Id: "127.0.0.9" }] }, call);
    expect(shown().map(({ TargetHealth }) => TargetHealth?.State)).toEqual(["draining", "healthy"]);
    await clock.advance(300_000);
    expect(shown()).toHaveLength(1);
    expect(elb.DescribeTargetHealth({ TargetGroupArn, Targets: [{ Id }] }, call).TargetHealthDescriptions).toEqual([
      {
        Target: { Id, Port: 80 },
        HealthCheckPort: "80",
        TargetHealth: {
          State: "unused",
          Reason: "Target.NotRegistered",
          Description: "Target is not registered to the target group",
        },
      },
    ]);
  });

  it.each([["8.8.8.8"], ["169.254.169.254"], ["0.0.0.0"], ["::1"], ["localhost"], ["i-0123456789abcdef0"], [""]])(
    "cannot be '%s' in a group of IP addresses",
    async (id) => {
      const { elb, targetGroup } = setUp();
      const TargetGroupArn = targetGroup();
      const register = () => elb.RegisterTargets({ TargetGroupArn, Targets: [{ Id }, { Id: id }] }, call);
      expect((await errorOf(register))?.code).toBe("InvalidTargetException");
      expect(elb.DescribeTargetHealth({ TargetGroupArn }, call).TargetHealthDescriptions).toEqual([]);
    },
  );

  it("cannot be instances, of which the local cloud has none", async () => {
    const { elb } = setUp();
    const input = { Name: "instances", Protocol: "HTTP" as const, Port: 80, VpcId: vpcId };
    const TargetGroupArn = elb.CreateTargetGroup(input, call).TargetGroups[0]?.TargetGroupArn;
    const register = () => elb.RegisterTargets({ TargetGroupArn, Targets: [{ Id: "i-0123456789abcdef0" }] }, call);
    expect((await errorOf(register))?.code).toBe("InvalidTargetException");
  });

  it("have ports that exist, and not without limit", async () => {
    const { elb, targetGroup } = setUp();
    const TargetGroupArn = targetGroup();
    const code = async (Targets: { Id: string; Port: number }[]) =>
      (await errorOf(() => elb.RegisterTargets({ TargetGroupArn, Targets }, call)))?.code;
    expect(await code([{ Id, Port: 65_536 }])).toBe("ValidationError");
    expect(await code(Array.from({ length: 1001 }, (_, i) => ({ Id, Port: i + 1 })))).toBe("TooManyTargetsException");
  });
});
