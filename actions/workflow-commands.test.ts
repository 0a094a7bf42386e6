import { describe, expect, it } from "vitest";
import { debugCommand, endGroupCommand, errorCommand, fileEntry, groupCommand, logLine } from "./workflow-commands.ts";

describe("the workflow commands", () => {
  it.each([
    [errorCommand("no", { title: "A", file: undefined }), "::error title=A::no"],
    [
      errorCommand("100 %\nfix: a, b\r", { title: "A: b, 1 %", file: "a:b,c/taskdef.json" }),
      "::error title=A%3A b%2C 1 %25,file=a%3Ab%2Cc/taskdef.json::100 %25%0Afix: a, b%0D",
    ],
    [errorCommand("%0A::error::b", { title: "%2C", file: "%3A" }), "::error title=%252C,file=%253A::%250A::error::b"],
    [groupCommand("Watch\n::error::b"), "::group::Watch%0A::error::b"],
    [endGroupCommand, "::endgroup::"],
    [debugCommand("at a (b:1)\nat c"), "::debug::at a (b:1)%0Aat c"],
  ])("are one line each: %s", (command, bytes) => {
    expect(command).toBe(bytes);
  });

  it.each([
    ["watch    0:04  1 of 2 running · 50 %", "watch    0:04  1 of 2 running · 50 %"],
    ["a :: b ::error::c", "a :: b ::error::c"],
    ["::error::a", ": :error::a"],
    ["         ::add-path::/evil", "         : :add-path::/evil"],
    ["\u00a0::add-path::/evil", "\u00a0: :add-path::/evil"],
    ["\u001b[2K::stop-commands::a", ": :stop-commands::a"],
    ["said ##[add-path]/evil", "said # #[add-path]/evil"],
    ["#\u0007#[add-path]/evil", "# #[add-path]/evil"],
    ["one\n::set-output name=a::b\r\nthree", "one ::set-output name=a::b three"],
  ])("are not in a line of text from elsewhere: %j", (text, line) => {
    expect(logLine(text)).toBe(line);
  });
});

describe("an entry of a file", () => {
  it("takes any value", () => {
    expect(fileEntry("image", "a=b\n<<EOF\n", "end_1")).toBe("image<<end_1\na=b\n<<EOF\n\nend_1\n");
  });

  it("cannot end itself", () => {
    expect(() => fileEntry("image", "a\nend_1\nother=b", "end_1")).toThrow("delimiter");
  });
});
