import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Task } from "../state.ts";
import { type Member, plan, type Situation } from "./plan.ts";

type Kind = "healthy" | "running" | "starting" | "condemned";

function members(kinds: readonly Kind[], label: string): Member[] {
  return kinds.map((kind, index) => ({
    task: { id: `${label}${index}` } as Task,
    running: kind !== "starting",
    healthy: kind === "healthy",
    condemned: kind === "condemned",
  }));
}

function situation(
  changes: Partial<Record<"primary" | "others", Kind[]>> & Partial<Omit<Situation, "primary" | "others">>,
): Situation {
  const { primary = [], others = [], ...rest } = changes;
  return {
    desired: 2,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    mayStart: true,
    ...rest,
    primary: members(primary, "new"),
    others: members(others, "old"),
  };
}

const ids = (tasks: readonly Task[]) => tasks.map(({ id }) => id);

describe("plan", () => {
  it("starts everything where there is room", () => {
    expect(plan(situation({}))).toEqual({ start: 2, stop: [], stuck: false });
  });

  it("rolls in one wave at 100/200: new tasks beside the old, old ones stop as new ones are healthy", () => {
    expect(plan(situation({ others: ["healthy", "healthy"] }))).toMatchObject({ start: 2, stop: [] });
    expect(plan(situation({ primary: ["starting", "starting"], others: ["healthy", "healthy"] }))).toMatchObject({
      start: 0,
      stop: [],
    });
    const half = plan(situation({ primary: ["healthy", "starting"], others: ["healthy", "healthy"] }));
    expect(ids(half.stop)).toEqual(["old0"]);
    const whole = plan(situation({ primary: ["healthy", "healthy"], others: ["healthy", "healthy"] }));
    expect(ids(whole.stop)).toEqual(["old0", "old1"]);
  });

  it("stops first at 50/100, two of four at a time", () => {
    const percentages = { desired: 4, minimumHealthyPercent: 50, maximumPercent: 100 };
    const first = plan(situation({ ...percentages, others: ["healthy", "healthy", "healthy", "healthy"] }));
    expect(first).toMatchObject({ start: 2, stuck: false });
    expect(ids(first.stop)).toEqual(["old0", "old1"]);
    const waiting = plan(
      situation({ ...percentages, primary: ["starting", "starting"], others: ["healthy", "healthy"] }),
    );
    expect(waiting).toMatchObject({ start: 0, stop: [] });
    const second = plan(situation({ ...percentages, primary: ["healthy", "healthy"], others: ["healthy", "healthy"] }));
    expect(second.start).toBe(2);
    expect(ids(second.stop)).toEqual(["old0", "old1"]);
  });

  it("says so when 100/100 allows neither a start nor a stop", () => {
    expect(plan(situation({ maximumPercent: 100, others: ["healthy", "healthy"] }))).toEqual({
      start: 0,
      stop: [],
      stuck: true,
    });
  });

  it("replaces an unhealthy task start-first where there is room, else stops it", () => {
    const steady = plan(situation({ primary: ["healthy", "condemned"] }));
    expect(steady).toMatchObject({ start: 1, stop: [] });
    const replaced = plan(situation({ primary: ["healthy", "condemned", "healthy"] }));
    expect(ids(replaced.stop)).toEqual(["new1"]);
    const full = plan(situation({ primary: ["condemned", "condemned"], others: ["healthy", "healthy"] }));
    expect(full.start).toBe(2);
    expect(ids(full.stop)).toEqual(["new0", "new1"]);
  });

  it("scales in: what is not healthy yet first, then the newest", () => {
    const { stop } = plan(situation({ desired: 1, primary: ["healthy", "healthy", "starting"] }));
    expect(ids(stop)).toEqual(["new1", "new2"]);
  });

  it("stops old tasks that serve nobody, whatever the floor", () => {
    expect(ids(plan(situation({ mayStart: false, others: ["starting", "condemned"] })).stop)).toEqual(["old0", "old1"]);
  });

  it("keeps old tasks that run until new ones are healthy, even if nothing has shown that they are", () => {
    expect(plan(situation({ primary: ["running", "running"], others: ["running", "running"] }))).toMatchObject({
      stop: [],
    });
    const { stop } = plan(situation({ primary: ["healthy", "starting"], others: ["healthy", "running"] }));
    expect(ids(stop)).toEqual(["old1"]);
  });

  const kinds = fc.array(fc.constantFrom<Kind>("healthy", "running", "starting", "condemned"), { maxLength: 8 });
  const situations = fc.record({
    desired: fc.integer({ min: 0, max: 8 }),
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    maximumPercent: fc.integer({ min: 100, max: 250 }),
    mayStart: fc.boolean(),
    primary: kinds,
    others: kinds,
  });

  it("never takes what is healthy below the floor, nor starts above the ceiling", () => {
    fc.assert(
      fc.property(situations, (drawn) => {
        const now = situation(drawn);
        const { start, stop } = plan(now);
        const all = [...now.primary, ...now.others];
        const healthy = all.filter((member) => member.healthy);
        const left = healthy.filter(({ task }) => !stop.includes(task));
        const floor = Math.ceil((now.desired * now.minimumHealthyPercent) / 100);
        expect(left.length).toBeGreaterThanOrEqual(Math.min(floor, healthy.length));
        const ceiling = Math.floor((now.desired * now.maximumPercent) / 100);
        if (start > 0) expect(all.length - stop.length + start).toBeLessThanOrEqual(ceiling);
        if (!now.mayStart) expect(start).toBe(0);
        expect(new Set(stop).size).toBe(stop.length);
      }),
    );
  });
});
