import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import type { RequestCondition } from "./request-conditions.ts";
import { type Route, router } from "./routes.ts";
import type { TargetGroup } from "./target-group.ts";
import { TargetGroups } from "./target-groups.ts";
import { healthCheck, routed, scriptedProbe } from "./testing.ts";

const groups = new TargetGroups({ clock: new ManualClock(), probe: scriptedProbe(new Map()).probe });
const group = (name: string) => groups.create(`arn:${name}`, name, { healthCheck, deregistrationDelaySeconds: 0 });
const [blue, green, other] = [group("blue"), group("green"), group("other")];

function forwardTo(weights: readonly (readonly [TargetGroup, number])[], conditions: RequestCondition[] = []): Route {
  return { conditions, action: { type: "forward", groups: weights.map(([group, weight]) => ({ group, weight })) } };
}

/** The name of the group that a request is forwarded to. */
function routeOf(routes: readonly Route[]) {
  const route = router(routes);
  return (path: string) => {
    const destination = route(routed({ url: path }));
    return destination.type === "forward" ? destination.group?.name : destination.type;
  };
}

const onPath = (...values: string[]): RequestCondition => ({ field: "path-pattern", values });

describe("router", () => {
  it("takes the first rule that matches, else the default", () => {
    const route = routeOf([
      forwardTo([[blue, 1]], [onPath("/api/*", "/v1/*")]),
      forwardTo([[other, 1]], [onPath("/api/slow")]),
      { conditions: [onPath("/gone")], action: { type: "fixed-response", status: 410, contentType: "", body: "" } },
      forwardTo([[green, 1]]),
    ]);
    expect(["/api/slow", "/v1/x", "/", "/gone"].map(route)).toEqual(["blue", "blue", "green", "fixed-response"]);
  });

  it("wants every condition of a rule", () => {
    const method: RequestCondition = { field: "http-request-method", values: ["POST"] };
    const route = router([forwardTo([[blue, 1]], [onPath("/a"), method]), forwardTo([[green, 1]])]);
    const names = [{ url: "/a", method: "POST" }, { url: "/a" }, { method: "POST" }].map((request) => {
      const destination = route(routed(request));
      return destination.type === "forward" && destination.group?.name;
    });
    expect(names).toEqual(["blue", "green", "green"]);
  });

  it("shares requests exactly in proportion to the weights, evenly spread", () => {
    const route = routeOf([
      forwardTo([
        [blue, 90],
        [green, 10],
      ]),
    ]);
    const names = Array.from({ length: 100 }, () => route("/"));
    expect(names.filter((name) => name === "green")).toHaveLength(10);
    expect(names.slice(0, 20).filter((name) => name === "green")).toHaveLength(2);
  });

  it("sends nothing to a weight of 0, and nothing anywhere where all are 0", () => {
    const weights = (first: number, second: number) =>
      routeOf([
        forwardTo([
          [blue, first],
          [green, second],
        ]),
      ]);
    const route = weights(0, 100);
    expect(Array.from({ length: 5 }, () => route("/"))).toEqual(Array(5).fill("green"));
    expect(weights(0, 0)("/")).toBeUndefined();
  });
});
