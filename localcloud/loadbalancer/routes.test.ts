import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import { router } from "./routes.ts";
import { TargetGroups } from "./target-groups.ts";
import { healthCheck, scriptedProbe } from "./testing.ts";

const groups = new TargetGroups({ clock: new ManualClock(), probe: scriptedProbe(new Map()).probe });
const group = (name: string) => groups.create(`arn:${name}`, name, { healthCheck, deregistrationDelaySeconds: 0 });
const [blue, green, other] = [group("blue"), group("green"), group("other")];

describe("router", () => {
  it("takes the first rule whose pattern matches, else the default", () => {
    const route = router([
      { pathPatterns: ["/api/*", "/v1/*"], forwardTo: [{ group: blue, weight: 1 }] },
      { pathPatterns: ["/api/slow"], forwardTo: [{ group: other, weight: 1 }] },
      { pathPatterns: [], forwardTo: [{ group: green, weight: 1 }] },
    ]);
    expect(["/api/slow", "/v1/x", "/"].map((path) => route(path)?.name)).toEqual(["blue", "blue", "green"]);
  });

  it("shares requests exactly in proportion to the weights, evenly spread", () => {
    const route = router([
      {
        pathPatterns: [],
        forwardTo: [
          { group: blue, weight: 90 },
          { group: green, weight: 10 },
        ],
      },
    ]);
    const names = Array.from({ length: 100 }, () => route("/")?.name);
    expect(names.filter((name) => name === "green")).toHaveLength(10);
    expect(names.slice(0, 20).filter((name) => name === "green")).toHaveLength(2);
  });

  it("sends nothing to a weight of 0, and nothing anywhere where all are 0", () => {
    const weights = (first: number, second: number) =>
      router([
        {
          pathPatterns: [],
          forwardTo: [
            { group: blue, weight: first },
            { group: green, weight: second },
          ],
        },
      ]);
    const route = weights(0, 100);
    expect(Array.from({ length: 5 }, () => route("/")?.name)).toEqual(Array(5).fill("green"));
    expect(weights(0, 0)("/")).toBeUndefined();
  });
});
