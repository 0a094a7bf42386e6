// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ToolkitError } from "../../platform/errors.ts";
import { expandWord, splitWords } from "./word.ts";

const place = { file: "Dockerfile", line: 7 };
const variables: Record<string, string> = { NAME: "web", EMPTY: "", PATH_1: "/a/b" };

function expand(word: string, escapeCharacter: "\\" | "`" = "\\"): string {
  return expandWord(word, (name) => variables[name], escapeCharacter, place);
}

describe("expandWord", () => {
  it.each([
    ["$NAME", "web"],
    ["${NAME}_x", "web_x"],
    ["$NAME_x", ""],
    ["$PATH_1/c", "/a/b/c"],
    ["$MISSING", ""],
    ["${MISSING:-other}", "other"],
    ["${EMPTY:-other}", "other"],
    ["${EMPTY-other}", ""],
    ["${MISSING-other}", "other"],
    ["${NAME:-other}", "web"],
    ["${NAME:+other}", "other"],
    ["${EMPTY:+other}", ""],
    ["${EMPTY+other}", "other"],
    ["${MISSING:+other}", ""],
    ["${MISSING:-${NAME}-x}", "web-x"],
    ["${MISSING:-}", ""],
    ["\\$NAME", "$NAME"],
    ["\\${NAME}", "${NAME}"],
    ["a\\ b", "a b"],
    ["a\\", "a"],
    ["'$NAME \\'", "$NAME \\"],
    ['"$NAME \\"q\\" \\n \\$NAME"', 'web "q" \\n $NAME'],
    ['"it\'s"', "it's"],
    ["$", "$"],
    ["a$-b", "a$-b"],
    ["cost: 5$", "cost: 5$"],
  ])("%s → %s", (word, expected) => {
    expect(expand(word)).toBe(expected);
  });

  it("takes the escape character of the Dockerfile", () => {
    expect(expand("`$NAME c:\\dir", "`")).toBe("$NAME c:\\dir");
  });

  it.each(["${NAME", "${NAME:-x", "'open", '"open', "${}", "${:-x}"])("refuses %s", (word) => {
    expect(() => expand(word)).toThrow(expect.objectContaining({ code: "IMAGE_DOCKERFILE_INVALID" }));
  });

  it.each(["${NAME#w}", "${NAME%b}", "${NAME/w/v}", "${NAME:?no}"])("does not support %s", (word) => {
    expect(() => expand(word)).toThrow(expect.objectContaining({ code: "IMAGE_INSTRUCTION_UNSUPPORTED" }));
  });

  it("refuses variables that are nested without end", () => {
    expect(() => expand("${X:-".repeat(100_000))).toThrow(ToolkitError);
  });

  it("leaves text without special characters as it is", () => {
    const plain = fc.string().filter((text) => !/[\\$'"]/.test(text));
    fc.assert(
      fc.property(plain, (text) => {
        expect(expand(text)).toBe(text);
      }),
    );
  });

  it("gives back any text that was escaped, character by character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = Array.from(text, (character) => `\\${character}`).join("");
        expect(expand(escaped)).toBe(text);
      }),
    );
  });
});

describe("splitWords", () => {
  it.each([
    ["a b\tc", ["a", "b", "c"]],
    ["a='x y' b=\"p q\"", ["a='x y'", 'b="p q"']],
    ["a\\ b c", ["a\\ b", "c"]],
    ["'it\\' s", ["'it\\'", "s"]],
    ['"a\\" b" c', ['"a\\" b"', "c"]],
    ["", []],
  ])("%s → %j", (text, words) => {
    expect(splitWords(text, "\\")).toEqual(words);
  });
});
