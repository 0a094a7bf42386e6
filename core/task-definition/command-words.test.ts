import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tests/properties/runs.ts";
import { commandWords } from "./command-words.ts";

describe("commandWords", () => {
  it.each([
    ['["sh", "-c", "echo a=b", ""]', ["sh", "-c", "echo a=b", ""]],
    ["node server.js", ["node", "server.js"]],
    [`sh -c "echo hello  world"`, ["sh", "-c", "echo hello  world"]],
    [`  a\t'b "c" \\d'\n"e 'f' \\" \\d \\\\"  `, ["a", 'b "c" \\d', `e 'f' " \\d \\`]],
    [`a" b"'c'\\ d "" ''`, ["a bc d", "", ""]],
    ["echo $HOME *.js `id` a\\\nb", ["echo", "$HOME", "*.js", "`id`", "ab"]],
  ])("splits %s", (text, words) => {
    expect(commandWords(text)).toEqual(words);
  });

  it.each([
    [" ", "is empty"],
    ["[a]", "begins as a JSON list"],
    ['["a", 1]', "strings only"],
    ['echo "a', "quote is not closed"],
    ["echo 'a", "quote is not closed"],
    ["echo a\\", "backslash stands at the end"],
  ])("refuses %s", (text, why) => {
    expect(() => commandWords(text)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringContaining(why) }),
    );
  });

  it("splits as a shell does (property)", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", " ", '"', "'", "\\", "="), maxLength: 12 });
    fc.assert(
      fc.property(texts.filter(splits), (text) => {
        const script = `set -- ${text}\nfor word; do printf '%s\\0' "$word"; done`;
        const said = execFileSync("sh", ["-c", script], { encoding: "utf8" });
        expect(commandWords(text)).toEqual(said.split("\0").slice(0, -1));
      }),
      runs(60),
    );
  });
});

function splits(text: string): boolean {
  try {
    commandWords(text);
    return true;
  } catch {
    return false;
  }
}
