import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import type { JsonObject, JsonValue } from "../platform/json.ts";
import { expandVariables, withEnvironment } from "./expand.ts";
import { taskDefinitions } from "./task-definitions.fixture.ts";

const expand = (document: JsonObject, ...variables: string[]) =>
  expandVariables({ name: "taskdef.json", document }, variables).document;

/** `${name}`, which no template literal can hold. */
const place = (name: string) => `$\{${name}}`;

describe("expandVariables", () => {
  it("puts values in, wherever texts are, and leaves keys and all that is no place", () => {
    const document = {
      family: `web-${place("STAGE")}`,
      cpu: 256,
      [place("STAGE")]: [
        `${place("A")}${place("A")}`,
        true,
        null,
        { url: `http://${place("A")}/?x=${place("EMPTY")}` },
      ],
      command: ["sh", "-c", `echo $HOME $$ ${place("X:-1")} $(id) $${place("STAGE")} ${place("")}`],
    };
    expect(expand(document, "STAGE=prod", "A=a=b", "EMPTY=")).toEqual({
      family: "web-prod",
      cpu: 256,
      [place("STAGE")]: ["a=ba=b", true, null, { url: "http://a=b/?x=" }],
      command: ["sh", "-c", `echo $HOME $$ ${place("X:-1")} $(id) ${place("STAGE")} ${place("")}`],
    });
  });

  it("leaves everything as it is where no variable is given", () => {
    const document = { family: place("STAGE"), command: [`$${place("A")}`] };
    expect(expand(document)).toBe(document);
  });

  it("lists all that have no value, and where they stand", () => {
    const document = {
      family: place("FAMILY"),
      containerDefinitions: [{ name: "web", image: `${place("REPOSITORY")}:${place("TAG")}`, user: place("TAG") }],
    };
    expect(() => expand(document, "TAGS=1")).toThrow(
      expect.objectContaining({
        code: "TASK_DEFINITION_VARIABLE_UNDEFINED",
        message:
          `taskdef.json: no value for ${place("FAMILY")} (family), ${place("REPOSITORY")} (containerDefinitions[0].image), ` +
          `${place("TAG")} (containerDefinitions[0].image, containerDefinitions[0].user)`,
        remedy: expect.stringContaining("Give FAMILY, REPOSITORY, TAG in variables"),
      }),
    );
  });

  it("does not let a value of many places fill memory", () => {
    const document = { family: place("A").repeat(2_000) };
    expect(() => expand(document, `A=${"x".repeat(1_000)}`)).toThrow(
      expect.objectContaining({ code: "TASK_DEFINITION_TOO_LARGE" }),
    );
  });

  it("never changes the structure, whatever the values (property)", () => {
    const values = fc.record({ a: fc.string({ unit: "binary" }), b: fc.string({ unit: "binary" }) });
    fc.assert(
      fc.property(taskDefinitions, values, (document, { a, b }) => {
        const marked = mapTexts(document, (text) => `${text.replaceAll("$", "")}${place("A")}-${place("B")}`);
        const expected = mapTexts(document, (text) => `${text.replaceAll("$", "")}${a}-${b}`);
        expect(expand(marked as JsonObject, `A=${a}`, `B=${b}`)).toEqual(expected);
      }),
      runs(),
    );
  });

  it("is undone by writing $$ for $ before every brace (property)", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("$", "{", "}", "A", "-") }), (text) => {
        const escaped = text.replace(/\$(?=\{)/g, "$$$$");
        expect(expand({ family: escaped }, "A=x")).toEqual({ family: text });
      }),
      runs(),
    );
  });
});

function mapTexts(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, change)]));
}

describe("withEnvironment", () => {
  it("reads the variables that are named alone, and no other", () => {
    const environment = { LEVEL: "debug=1", EMPTY: "", SECRET: "s", GIVEN: "no" };
    expect(withEnvironment(["LEVEL", "EMPTY", "GIVEN=yes", "A="], environment)).toEqual([
      "LEVEL=debug=1",
      "EMPTY=",
      "GIVEN=yes",
      "A=",
    ]);
  });

  it.each(["NONE", "constructor", "__proto__"])("leaves %s, which is not set, for an error that names it", (name) => {
    expect(() => expand({ family: "web" }, ...withEnvironment([name, "A=1"], {}))).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", message: `variables: ${name}: not set in the environment` }),
    );
  });
});
