import { expect, it } from "vitest";
import { requireNode } from "./node-version.ts";

it.each(["22.15.0", "22.20.1", "24.0.0", "24.21.0"])("takes Node %s", (version) => {
  expect(() => requireNode(version)).not.toThrow();
});

it.each(["20.19.0", "20.20.2", "22.14.0"])("refuses Node %s before it starts anything", (version) => {
  expect(() => requireNode(version)).toThrow(
    expect.objectContaining({ code: "NODE_TOO_OLD", message: expect.stringContaining(version) }),
  );
});
