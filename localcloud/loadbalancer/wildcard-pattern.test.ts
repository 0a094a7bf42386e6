import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wildcardPattern } from "./wildcard-pattern.ts";

describe("wildcardPattern", () => {
  it.each([
    ["/img/*", "/img/", true],
    ["/img/*", "/img/a/b.png", true],
    ["/img/*", "/img", false],
    ["/img/*/pics", "/img/a/b/pics", true],
    ["/img/*/pics", "/img/pics", false],
    ["/a?c", "/abc", true],
    ["/a?c", "/ac", false],
    ["/Img", "/img", false],
    ["*", "/anything", true],
    ["/*", "/", true],
    ["*.html", "/index.html", true],
    ["*.html", "/index.html.bak", false],
    ["*a*b", "/aab", true],
    ["/a.c", "/abc", false],
    ["", "/", false],
  ])("%s on %s: %s", (pattern, path, expected) => {
    expect(wildcardPattern(pattern)(path)).toBe(expected);
  });

  it("counts case unless told otherwise, and takes escapes only where there are some", () => {
    expect(wildcardPattern("a*", { ignoreCase: true })("ABC")).toBe(true);
    expect(wildcardPattern("A*", { ignoreCase: true })("abc")).toBe(true);
    expect(wildcardPattern("a\\*", { escapes: true })("a*")).toBe(true);
    expect(wildcardPattern("a\\*", { escapes: true })("ab")).toBe(false);
    expect(wildcardPattern("a\\?", { escapes: true })("a?")).toBe(true);
    expect(wildcardPattern("a\\b", { escapes: true })("a\\b")).toBe(true);
    expect(wildcardPattern("a\\*")("a\\bc")).toBe(true);
  });

  it("agrees with the regular expression that says the same", () => {
    const characters = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?"), maxLength: 8 });
    const paths = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    fc.assert(
      fc.property(characters, paths, (pattern, path) => {
        const same = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        expect(wildcardPattern(pattern)(path)).toBe(same.test(path));
      }),
    );
  });

  it("does not take exponential time", () => {
    const started = performance.now();
    expect(wildcardPattern("*a".repeat(64))(`${"a".repeat(4000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
