import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, fromJson, toJson } from "./values.ts";

const leaf = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01") }),
  fc.uint8Array(),
);
const key = fc.oneof(fc.string(), fc.constantFrom("$date", "$bytes", "$$date", "__proto__"));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie("value")), fc.array(fc.tuple(key, tie("value"))).map(objectOf)),
}));

/** `Object.fromEntries` makes a member of `__proto__` too, where an assignment would not. */
function objectOf(entries: [string, unknown][]): unknown {
  return Object.fromEntries(entries);
}

describe("what API calls take and answer", () => {
  it("is the same after its way through a trace, dates and bytes included", () => {
    fc.assert(
      fc.property(value, (each) => {
        expect(fromJson(JSON.parse(JSON.stringify(toJson(each))))).toEqual(each);
      }),
    );
  });

  it("compares the same, whatever the order of its members", () => {
    expect(canonical(toJson({ b: 1, a: { d: new Date(0), c: [2, 1] } }))).toBe(
      canonical(toJson({ a: { c: [2, 1], d: new Date(0) }, b: 1 })),
    );
    expect(canonical(toJson([1, 2]))).not.toBe(canonical(toJson([2, 1])));
  });

  it("refuses what was never written", () => {
    expect(() => fromJson({ $date: "yesterday" })).toThrow("$date");
    expect(() => fromJson({ $bytes: 1 })).toThrow("$bytes");
    expect(() => fromJson(JSON.parse("[".repeat(1000) + "]".repeat(1000)))).toThrow("nested deeper");
  });
});
