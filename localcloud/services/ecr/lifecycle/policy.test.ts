import { describe, expect, it } from "vitest";
import { errorOf } from "../operations.fixture.ts";
import { countRule, policyOf, rule } from "./lifecycle.fixture.ts";
import { parseLifecyclePolicy } from "./policy.ts";

const refusal = (text: string) => errorOf(Promise.resolve().then(() => parseLifecyclePolicy(text)));
const tagged = (list: object) => ({ tagStatus: "tagged", ...list });

describe("parseLifecyclePolicy", () => {
  it("puts rules in the order in which they apply", () => {
    const rules = parseLifecyclePolicy(policyOf(countRule(20, 1), rule(3, tagged({ tagPatternList: ["v*"] }))));
    expect(rules.map(({ rulePriority }) => rulePriority)).toEqual([3, 20]);
  });

  it.each([
    ["no JSON", "{".repeat(100), "the text is not JSON"],
    ["a key beside the rules", JSON.stringify({ rules: [countRule(1, 1)], version: 1 }), "version: "],
    ["an empty list of rules", `{"rules":[]${" ".repeat(100)}}`, "rules: "],
    ["a misspelt key", policyOf({ ...countRule(1, 1), rulePriorty: 1 }), "rules.0.rulePriorty: "],
    ["priority 0", policyOf(countRule(0, 1)), "rules.0.rulePriority: "],
    ["count 0", policyOf(countRule(1, 0)), "rules.0.selection.countNumber: "],
    ["one priority twice", policyOf(countRule(1, 1), rule(1, { tagStatus: "untagged" })), "rule priorities"],
    [
      "untagged twice",
      policyOf(rule(1, { tagStatus: "untagged" }), rule(2, { tagStatus: "untagged" })),
      "only one rule",
    ],
    [
      "any before another",
      policyOf(countRule(1, 1), rule(2, { tagStatus: "untagged" })),
      "a rule with tagStatus 'any'",
    ],
    ["tagged without tags", policyOf(rule(1, tagged({}))), "rule 1: one of tagPrefixList"],
    ["no prefixes", policyOf(rule(1, tagged({ tagPrefixList: [] }))), "rules.0.selection.tagPrefixList: "],
    ["both lists", policyOf(rule(1, tagged({ tagPrefixList: ["a"], tagPatternList: ["b"] }))), "rule 1: one of"],
    ["prefixes for untagged", policyOf(rule(1, { tagStatus: "untagged", tagPrefixList: ["a"] })), "rule 1: one of"],
    ["five wildcards", policyOf(rule(1, tagged({ tagPatternList: ["*1*2*3*4*"] }))), "rule 1: a tag pattern"],
    ["a regular expression", policyOf(rule(1, tagged({ tagPatternList: ["(a|b)"] }))), "rule 1: a tag pattern"],
    [
      "the same prefixes twice",
      policyOf(rule(1, tagged({ tagPrefixList: ["a", "b"] })), rule(2, tagged({ tagPrefixList: ["b", "a"] }))),
      "rules must have a unique set of tag prefixes",
    ],
    ["days for a count", policyOf(rule(1, { tagStatus: "any", countUnit: "days" })), "rule 1: countUnit"],
    [
      "an age without days",
      policyOf(rule(1, { tagStatus: "any", countType: "sinceImagePushed" })),
      "rule 1: countUnit",
    ],
  ])("refuses %s", async (_what, text, reason) => {
    const { code, message } = await refusal(text);
    expect(code).toBe("InvalidParameterException");
    expect(message).toContain(
      `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${reason}`,
    );
  });

  it.each([`{"rules":[]}`, " ".repeat(30_721)])("refuses a text of another length", async (text) => {
    expect((await refusal(text)).message).toContain("must have length from 100 to 30720");
  });

  it.each([
    ["transitions", { ...countRule(1, 1), action: { type: "transition", targetStorageClass: "archive" } }],
    ["archived images", rule(1, { tagStatus: "any", storageClass: "archive" })],
    ["pulls", rule(1, { tagStatus: "any", countType: "sinceImagePulled", countUnit: "days" })],
    ["times of transition", rule(1, { tagStatus: "any", countType: "sinceImageTransitioned", countUnit: "days" })],
  ])("refuses by name what the local cloud does not keep: %s", async (_what, unkept) => {
    expect((await refusal(policyOf(unkept))).message).toContain("the local cloud does not");
  });
});
