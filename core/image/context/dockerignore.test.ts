import { describe, expect, it } from "vitest";
import { ignoreRules } from "./dockerignore.ts";

describe("ignoreRules", () => {
  // The rows follow Docker's own documentation and its matcher's behaviour (moby/patternmatcher).
  it.each<[rules: string, ignored: string[], kept: string[]]>([
    ["", [], ["a"]],
    ["# a\n\n  b  ", ["b"], ["a", "# a"]],
    [" #x", ["#x"], []],
    ["*/temp*", ["d/temporary.txt", "d/temp", "d/temp/deep/file"], ["temp", "d/e/temp"]],
    ["*/*/temp*", ["a/b/temporary"], ["a/temp"]],
    ["temp?", ["tempa", "tempb", "tempa/in/it"], ["temp", "tempab"]],
    ["**/*.go", ["a.go", "x/y/z.go"], ["a.goo"]],
    ["**", ["a", "a/b"], []],
    ["*", ["a", "a/b"], []],
    ["a/**", ["a/b", "a/b/c"], ["a", "ab"]],
    ["a/**/z", ["a/z", "a/b/z", "a/b/c/z"], ["a", "az", "a/bz"]],
    ["**/foo", ["foo", "x/foo", "x/foo/y"], ["xfoo", "foox"]],
    ["**foo", ["foo", "xfoo", "a/bfoo"], ["foox"]],
    ["a**b", ["ab", "a/b", "ax/b"], ["axb", "b"]],
    ["**/**/x", ["x", "a/b/x"], ["ax"]],
    ["/a", ["a", "a/b"], ["b/a"]],
    ["a/", ["a", "a/b"], []],
    ["./a/../b", ["b"], ["a"]],
    ["[a-c]x", ["ax", "cx"], ["dx", "a"]],
    ["[^a-c]x", ["dx"], ["ax"]],
    ["[\\]]x", ["]x"], ["\\x"]],
    ["a\\*b", ["a*b"], ["axb"]],
    ["a.b", ["a.b"], ["axb"]],
    ["(a|b)+$", ["(a|b)+$"], ["a"]],
    ["*.md\n!README.md", ["a.md"], ["README.md"]],
    ["*.md\n!README*.md\nREADME-secret.md", ["README-secret.md", "x.md"], ["README.md"]],
    ["*.md\nREADME-secret.md\n!README*.md", ["x.md"], ["README.md", "README-secret.md"]],
    ["*\n!app\napp/**/*.test.ts", ["x", "app/a.test.ts", "app/b/c.test.ts"], ["app", "app/a.ts"]],
    ["! a\na", ["a"], []],
    ["a\n! a", [], ["a"]],
    ["Dockerfile\n.dockerignore", ["Dockerfile", ".dockerignore"], ["a"]],
    ["\uFEFFa", ["a"], []],
    ["a\r\nb\r\n", ["a", "b"], ["c"]],
    ["日本*", ["日本語"], ["日"]],
    ["?", ["😀"], ["ab"]],
  ])("%j", (text, ignored, kept) => {
    const rules = ignoreRules(text);
    expect(ignored.filter((path) => !rules.ignores(path))).toEqual([]);
    expect(kept.filter((path) => rules.ignores(path))).toEqual([]);
  });

  it.each([
    ["*\n!app", "app", true],
    ["*\n!app/deep/file", "app", true],
    ["*\n!app/deep/file", "app/deep", true],
    ["*\n!app", "app/sub", true],
    ["*\n!app", "node_modules", false],
    ["*\n!app", "application", false],
    ["*\n!**/keep", "anything", true],
    ["*\n!app/*.js", "app", true],
    ["*\n!app/*.js", "node_modules", false],
    ["*", "app", false],
  ])("%j may take something in below %s: %s", (text, folder, expected) => {
    expect(ignoreRules(text).mayTakeInBelow(folder)).toBe(expected);
  });

  it.each(["[a", "a\\", "!"])("refuses the pattern %s, naming it", (text) => {
    expect(() => ignoreRules(text)).toThrow(SyntaxError);
    expect(() => ignoreRules(text)).toThrow(text);
  });

  it("answers at once however many wildcards a pattern has", () => {
    const rules = ignoreRules(`${"*a".repeat(500)}b\n${"**/".repeat(500)}b`);
    expect(rules.ignores("a".repeat(2_000))).toBe(false);
  });
});
