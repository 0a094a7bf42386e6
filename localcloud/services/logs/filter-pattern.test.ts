import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../protocol/aws-error.ts";
import { filterPattern } from "./filter-pattern.ts";

describe("a filter pattern", () => {
  it.each([
    ["", "anything", true],
    ["  ", "anything", true],
    ["ERROR", "[ERROR 400] BAD REQUEST", true],
    ["ERROR", "Exiting with ERRORCODE: -1", true],
    ["ERROR", "error", false],
    ["ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", true],
    ["ERROR ARGUMENTS", "[ERROR 401] UNAUTHORIZED", false],
    ['"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR", true],
    ['"INTERNAL SERVER ERROR"', "INTERNAL ERROR", false],
    ['"said \\"no\\" to a\\\\b"', 'he said "no" to a\\b', true],
    ["?ERROR ?ARGUMENTS", "MISSING ARGUMENTS", true],
    ["?ERROR ?ARGUMENTS", "OK", false],
    ["?ERROR ?ARGUMENTS REQUEST", "REQUEST", true],
    ["?ERROR ?ARGUMENTS REQUEST", "ERROR", false],
    ["ERROR -ARGUMENTS", "ERROR", true],
    ["ERROR -ARGUMENTS", "ERROR ARGUMENTS", false],
    ['-"GET /healthz"', "GET /healthz 200", false],
    ['-"GET /healthz"', "GET / 200", true],
    ["Überlauf_1", "Speicher: Überlauf_1", true],
  ])("%s and the message %s: %s", (pattern, message, matches) => {
    expect(filterPattern(pattern)(message)).toBe(matches);
  });

  it.each([
    ['{ $.level = "error" }', "the local cloud does not filter by patterns for JSON"],
    ["[ip, user, ...]", "the local cloud does not filter by patterns for space-delimited events"],
    ["%ERR.*%", "the local cloud does not filter by regular expressions"],
    ["a/b", "Invalid character(s) in term '/'"],
    ['"open', 'Invalid filter pattern: "open'],
    ["ERROR - x", "Invalid character(s) in term '-'"],
    ["x".repeat(1025), "Member must have length less than or equal to 1024"],
  ])("%s is refused", (pattern, message) => {
    expect(() => filterPattern(pattern)).toThrow(expect.objectContaining({ code: "InvalidParameterException" }));
    expect(() => filterPattern(pattern)).toThrow(message);
  });

  it("is a filter or an AWS error, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab "\\-?{[%é\n') }), fc.string(), (pattern, message) => {
        try {
          expect(typeof filterPattern(pattern)(message)).toBe("boolean");
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
    );
  });

  it("finds any quoted text that the message holds", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200 }), fc.string(), (text, rest) => {
        const quoted = `"${text.replace(/[\\"]/g, "\\$&")}"`;
        expect(filterPattern(quoted)(`${rest}${text}${rest}`)).toBe(true);
        expect(filterPattern(`-${quoted}`)(`${rest}${text}${rest}`)).toBe(false);
      }),
    );
  });
});
