import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { ToolkitError } from "./errors.ts";
import { inputSchema } from "./input.ts";
import { boolean, choice, list, text, wholeNumber } from "./input-fields.ts";

const schema = inputSchema({
  service: text("The service's name."),
  "wait-for-minutes": v.optional(wholeNumber("How long to wait.", { min: 1, max: 360 }), 30),
  "run-task-assign-public-IP": v.optional(choice(["ENABLED", "DISABLED"], "Whether tasks get a public address.")),
  force: v.optional(boolean("Whether to."), false),
  tags: v.optional(list("Tags."), []),
});

function failure(raw: Record<string, unknown>): ToolkitError {
  try {
    schema.parse(raw);
  } catch (error) {
    if (error instanceof ToolkitError) return error;
    throw error;
  }
  throw new Error("parsed");
}

describe("inputSchema", () => {
  it("parses kebab-case names to camelCase ones, with defaults", () => {
    const input = schema.parse({ service: "web", "wait-for-minutes": undefined });
    expect(input).toEqual({ service: "web", waitForMinutes: 30, force: false, tags: [] });
    expectTypeOf(input.waitForMinutes).toEqualTypeOf<number>();
    expectTypeOf(input.runTaskAssignPublicIP).toEqualTypeOf<"ENABLED" | "DISABLED" | undefined>();
    expectTypeOf(input.tags).toEqualTypeOf<string[]>();
  });

  it("takes the text that stands for a value", () => {
    const raw = { service: "web", "wait-for-minutes": "5", force: "True", tags: "a\n\n b \r\nc" };
    expect(schema.parse(raw)).toMatchObject({ waitForMinutes: 5, force: true, tags: ["a", "b", "c"] });
  });

  it.each([
    [{}, "service: is missing"],
    [{ service: "" }, "service: is empty"],
    [{ service: 7 }, "service: must be a string"],
    [{ service: "web", "wait-for-minutes": 0 }, "wait-for-minutes: must be a whole number from 1 to 360"],
    [{ service: "web", "wait-for-minutes": "1.5" }, "wait-for-minutes: must be a whole number from 1 to 360"],
    [{ service: "web", force: "yes" }, "force: must be true or false"],
    [
      { service: "web", "run-task-assign-public-IP": "no" },
      "run-task-assign-public-IP: must be one of ENABLED, DISABLED",
    ],
    [{ service: "web", wait: 1, "wait-for-minute": 1 }, "wait: there is no such input"],
    [
      { service: "web", "wait-for-minute": 1 },
      "wait-for-minute: there is no such input, did you mean wait-for-minutes?",
    ],
  ])("refuses %j: %s", (raw, message) => {
    expect(failure(raw)).toMatchObject({ code: "INPUT_INVALID", message });
  });

  it("describes its fields to adapters", () => {
    expect(schema.fields.map(({ name, kind, required, default: value }) => ({ name, kind, required, value }))).toEqual([
      { name: "service", kind: "text", required: true, value: undefined },
      { name: "wait-for-minutes", kind: "number", required: false, value: 30 },
      { name: "run-task-assign-public-IP", kind: "text", required: false, value: undefined },
      { name: "force", kind: "boolean", required: false, value: false },
      { name: "tags", kind: "list", required: false, value: [] },
    ]);
    expect(schema.fields[2]).toMatchObject({
      choices: ["ENABLED", "DISABLED"],
      description: "Whether tasks get a public address.",
    });
  });
});
