import { describe, expect, it } from "vitest";
import { chosen, format, percentile, spread } from "./rows.ts";

const twenty = Array.from({ length: 20 }, (_, index) => 20 - index);

describe("spread", () => {
  it("is the median and the value that 95 % stay under, or reach where more is better", () => {
    expect(spread(twenty)).toEqual({ median: 10, p95: 19 });
    expect(spread(twenty, "higher")).toEqual({ median: 10, p95: 1 });
  });

  it("sorts by number and rounds to one decimal", () => {
    expect(spread([100.04, 9.06, 20])).toEqual({ median: 20, p95: 100 });
    expect(spread([9.06])).toEqual({ median: 9.1, p95: 9.1 });
  });
});

it("has no percentile of nothing", () => expect(percentile([], 0.5)).toBeNaN());

describe("chosen", () => {
  const measures = { alb: 1, "ecs.describe-services": 2, local: 3 };

  it("is all without names, else those with rows of the names", () => {
    expect(chosen(measures, [])).toEqual([1, 2, 3]);
    expect(chosen(measures, ["local", "alb.latency.p99"])).toEqual([1, 3]);
  });

  it.each(["albatross", "ecs", ""])("refuses %j", (name) => {
    expect(() => chosen(measures, [name])).toThrow("there are alb, ecs.describe-services, local");
  });
});

it("shows no ratio to nothing", () => {
  const row = { name: "calls", unit: "calls", median: 0, p95: 0 };
  expect(format([{ ...row, peer: { name: "none", median: 0, p95: 0 } }])).toMatch(/–$/);
});
