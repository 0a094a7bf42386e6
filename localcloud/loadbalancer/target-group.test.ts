import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import type { ProbeResult } from "./probe.ts";
import { TargetGroups } from "./target-groups.ts";
import { failure, healthCheck, scriptedProbe, success } from "./testing.ts";

const ARN = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef";
const one = { id: "127.0.0.1", port: 1001 };
const two = { id: "127.0.0.1", port: 1002 };

function setUp({ inUse = true } = {}) {
  const clock = new ManualClock();
  const results = new Map<number, ProbeResult>();
  const { probe, probes } = scriptedProbe(results);
  const groups = new TargetGroups({ clock, probe });
  const group = groups.create(ARN, "web", { healthCheck, deregistrationDelaySeconds: 300 });
  if (inUse) groups.use(new Set([ARN]));
  const states: string[] = [];
  groups.onChange((arn, target) =>
    states.push(`${target.port} ${groups.health(arn, target)?.Reason ?? groups.health(arn, target)?.State ?? "gone"}`),
  );
  const turns = (count: number) => Array.from({ length: count }, () => group.next()?.port);
  return { clock, results, probes, groups, group, states, turns };
}

describe("a target's health", () => {
  it("begins with the registration and needs one success", async () => {
    const { clock, groups, states } = setUp();
    groups.register(ARN, one);
    expect(groups.health(ARN, one)).toEqual({
      State: "initial",
      Reason: "Elb.RegistrationInProgress",
      Description: "Target registration is in progress",
    });
    await clock.advance(0);
    expect(groups.health(ARN, one)).toEqual({ State: "healthy" });
    expect(states).toEqual(["1001 Elb.RegistrationInProgress", "1001 Elb.InitialHealthChecking", "1001 healthy"]);
  });

  it("stays initial until the unhealthy threshold, then says why", async () => {
    const { clock, results, groups } = setUp();
    results.set(one.port, failure);
    groups.register(ARN, one);
    await clock.advance(29_999);
    expect(groups.health(ARN, one)?.Reason).toBe("Elb.InitialHealthChecking");
    await clock.advance(1);
    expect(groups.health(ARN, one)).toEqual({
      State: "unhealthy",
      Reason: "Target.ResponseCodeMismatch",
      Description: "Health checks failed with these codes: [500]",
    });
  });

  it("needs the healthy threshold to recover, in a row", async () => {
    const { clock, results, groups } = setUp();
    groups.register(ARN, one);
    await clock.advance(0);
    results.set(one.port, failure);
    await clock.advance(30_000);
    expect(groups.health(ARN, one)?.State).toBe("healthy");
    await clock.advance(30_000);
    expect(groups.health(ARN, one)?.State).toBe("unhealthy");
    results.set(one.port, success);
    await clock.advance(4 * 30_000);
    expect(groups.health(ARN, one)?.State).toBe("unhealthy");
    results.set(one.port, failure);
    await clock.advance(30_000);
    results.set(one.port, success);
    await clock.advance(4 * 30_000);
    expect(groups.health(ARN, one)?.State).toBe("unhealthy");
    await clock.advance(30_000);
    expect(groups.health(ARN, one)).toEqual({ State: "healthy" });
  });

  it("is unused and not checked while nothing forwards to the group", async () => {
    const { clock, probes, groups } = setUp({ inUse: false });
    groups.register(ARN, one);
    await clock.advance(60_000);
    expect(groups.health(ARN, one)).toEqual({
      State: "unused",
      Reason: "Target.NotInUse",
      Description: "Target group is not configured to receive traffic from the load balancer",
    });
    expect(probes).toEqual([]);
    groups.use(new Set([ARN]));
    await clock.advance(0);
    expect(groups.health(ARN, one)?.State).toBe("healthy");
    groups.use(new Set());
    expect(groups.health(ARN, one)?.Reason).toBe("Target.NotInUse");
    await clock.advance(60_000);
    expect(probes).toEqual([one.port]);
  });

  it("follows a change of the settings from the next check on", async () => {
    const { clock, probes, groups, group } = setUp();
    groups.register(ARN, one);
    await clock.advance(0);
    group.settings = { ...group.settings, healthCheck: { ...healthCheck, intervalSeconds: 5, port: 9999 } };
    await clock.advance(30_000);
    await clock.advance(5_000);
    expect(probes).toEqual([one.port, 9999, 9999]);
  });

  it("is not asked again when it is registered again", async () => {
    const { clock, probes, groups } = setUp();
    groups.register(ARN, one);
    await clock.advance(0);
    groups.register(ARN, one);
    await clock.advance(0);
    expect(probes).toEqual([one.port]);
    expect(groups.health(ARN, one)?.State).toBe("healthy");
  });
});

describe("deregistration", () => {
  it("drains for the whole delay, then the target is gone", async () => {
    const { clock, probes, groups, states } = setUp();
    groups.register(ARN, one);
    await clock.advance(0);
    groups.deregister(ARN, one);
    expect(groups.health(ARN, one)).toEqual({
      State: "draining",
      Reason: "Target.DeregistrationInProgress",
      Description: "Target deregistration is in progress",
    });
    await clock.advance(299_999);
    expect(groups.health(ARN, one)?.State).toBe("draining");
    await clock.advance(1);
    expect(groups.health(ARN, one)).toBeUndefined();
    expect(states.slice(-2)).toEqual(["1001 Target.DeregistrationInProgress", "1001 gone"]);
    expect(probes).toEqual([one.port]);
  });

  it("goes on when the group comes out of use and into use again meanwhile", async () => {
    const { clock, probes, groups } = setUp();
    groups.register(ARN, one);
    await clock.advance(0);
    groups.deregister(ARN, one);
    groups.use(new Set());
    groups.use(new Set([ARN]));
    expect(groups.health(ARN, one)?.State).toBe("draining");
    await clock.advance(300_000);
    expect(groups.health(ARN, one)).toBeUndefined();
    expect(probes).toEqual([one.port]);
  });

  it("does not listen to a health check that was under way", async () => {
    const clock = new ManualClock();
    const result = Promise.withResolvers<ProbeResult>();
    const groups = new TargetGroups({ clock, probe: () => result.promise });
    groups.create(ARN, "web", { healthCheck, deregistrationDelaySeconds: 300 });
    groups.use(new Set([ARN]));
    groups.register(ARN, one);
    await clock.advance(0);
    groups.deregister(ARN, one);
    result.resolve(success);
    await clock.advance(0);
    expect(groups.health(ARN, one)?.State).toBe("draining");
  });

  it("starts anew when the target is registered while it drains", async () => {
    const { clock, groups } = setUp();
    groups.register(ARN, one);
    await clock.advance(0);
    groups.deregister(ARN, one);
    await clock.advance(100_000);
    groups.register(ARN, one);
    expect(groups.health(ARN, one)?.Reason).toBe("Elb.RegistrationInProgress");
    await clock.advance(300_000);
    expect(groups.health(ARN, one)?.State).toBe("healthy");
  });

  it("of a target that is not registered changes nothing", () => {
    const { groups, states } = setUp();
    groups.deregister(ARN, one);
    expect(states).toEqual([]);
  });

  it("has nothing to drain where nothing forwards to the group", () => {
    const { groups } = setUp({ inUse: false });
    groups.register(ARN, one);
    groups.deregister(ARN, one);
    expect(groups.health(ARN, one)).toBeUndefined();
  });
});

describe("whose turn it is", () => {
  it("goes round the healthy targets", async () => {
    const { clock, groups, turns } = setUp();
    groups.register(ARN, one);
    groups.register(ARN, two);
    await clock.advance(0);
    expect(turns(4).sort()).toEqual([1001, 1001, 1002, 1002]);
  });

  it("never comes for new, unhealthy and draining targets while one is healthy", async () => {
    const { clock, results, groups, turns } = setUp();
    results.set(two.port, failure);
    groups.register(ARN, one);
    groups.register(ARN, two);
    await clock.advance(0);
    expect(groups.health(ARN, two)?.State).toBe("initial");
    expect(turns(3)).toEqual([1001, 1001, 1001]);
    await clock.advance(30_000);
    expect(groups.health(ARN, two)?.State).toBe("unhealthy");
    expect(turns(3)).toEqual([1001, 1001, 1001]);
    groups.deregister(ARN, two);
    expect(turns(3)).toEqual([1001, 1001, 1001]);
  });

  it("comes for all registered ones where none is healthy, and never for draining ones", async () => {
    const { clock, results, groups, turns } = setUp();
    results.set(one.port, failure).set(two.port, failure);
    groups.register(ARN, one);
    groups.register(ARN, two);
    await clock.advance(60_000);
    expect(turns(2).sort()).toEqual([1001, 1002]);
    groups.deregister(ARN, one);
    expect(turns(2)).toEqual([1002, 1002]);
    groups.deregister(ARN, two);
    expect(turns(1)).toEqual([undefined]);
  });
});

describe("the registry", () => {
  it("knows its groups and whether they are in use", () => {
    const { groups } = setUp();
    expect(groups.find(ARN)).toEqual({ targetGroupName: "web", targetType: "ip", inUse: true });
    expect(groups.find(`${ARN}0`)).toBeUndefined();
    expect(() => groups.register(`${ARN}0`, one)).toThrow("One or more target groups not found");
  });

  it("stops calling back when asked to", async () => {
    const { groups } = setUp();
    const seen: number[] = [];
    const stop = groups.onChange((_arn, target) => seen.push(target.port));
    groups.register(ARN, one);
    stop();
    groups.register(ARN, two);
    expect(seen).toEqual([1001]);
  });

  it("probes no more once it is closed", async () => {
    const { clock, probes, groups } = setUp();
    groups.register(ARN, one);
    await clock.advance(0);
    groups.close();
    await clock.advance(60_000);
    expect(probes).toEqual([one.port]);
  });
});
