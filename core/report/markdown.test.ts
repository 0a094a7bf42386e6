import { describe, expect, it } from "vitest";
import { block, code, folded, inline, table } from "./markdown.ts";

describe("text from elsewhere", () => {
  it.each([
    ["web:43 · 2 of 2", "web:43 · 2 of 2"],
    ["a | b", "a \\| b"],
    ["**b** _i_ `c` ~s~ # + - 1", "\\*\\*b\\*\\* \\_i\\_ \\`c\\` \\~s\\~ # + - 1"],
    ["<img src=x> & ![a](https://a.b)", "&lt;img src=x&gt; &amp; \\!\\[a\\](https&#58;//a.b)"],
    ["- item", "\\- item"],
    ["# heading", "\\# heading"],
    ["12. item", "12\\. item"],
    ["1) item", "1\\) item"],
    ["===", "\\==="],
    ["two\n lines\u001b[31m", "two lines"],
  ])("stays text: %j", (text, markdown) => {
    expect(inline(text)).toBe(markdown);
  });

  it("is cut where it would fill a summary", () => {
    expect(inline("a".repeat(1000))).toBe(`${"a".repeat(499)}…`);
  });

  it("cannot end its block", () => {
    expect(block(["a ```` b", "```"])).toBe("`````text\na ```` b\n```\n`````");
    expect(block([])).toBe("```text\n```");
  });
});

it("makes tables, code and folded parts", () => {
  expect(table(["", "a"], [["x", code("b|c")]])).toBe("|  | a |\n| --- | --- |\n| x | <code>b\\|c</code> |");
  expect(folded("more", "- a")).toBe("<details><summary>more</summary>\n\n- a\n\n</details>");
});
