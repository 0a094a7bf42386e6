/**
 * Lifecycle policies as they are written.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
import * as v from "valibot";
import type { AwsError } from "../../../protocol/aws-error.ts";
import { invalidParameter, notLocally } from "../errors.ts";
import { isTagPattern } from "../tag-pattern.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html */
const LENGTH = { min: 100, max: 30_720 };
const MAX_WILDCARDS = 4;

const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const tags = v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.minLength(1)));

const ruleSchema = v.strictObject({
  rulePriority: positive,
  description: v.exactOptional(v.string()),
  selection: v.strictObject({
    tagStatus: v.picklist(["tagged", "untagged", "any"]),
    tagPatternList: tags,
    tagPrefixList: tags,
    storageClass: v.exactOptional(v.picklist(["standard", "archive"])),
    countType: v.picklist(["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"]),
    countUnit: v.exactOptional(v.literal("days")),
    countNumber: positive,
  }),
  action: v.strictObject({
    type: v.picklist(["expire", "transition"]),
    targetStorageClass: v.exactOptional(v.literal("archive")),
  }),
});

const policySchema = v.strictObject({ rules: v.pipe(v.array(ruleSchema), v.minLength(1)) });

export type LifecycleRule = v.InferOutput<typeof ruleSchema>;

/**
 * @returns the rules in the order in which they apply.
 * @throws {AwsError} `InvalidParameterException`, also for rules that need what the local cloud does not keep.
 */
export function parseLifecyclePolicy(text: string): LifecycleRule[] {
  if (text.length < LENGTH.min || text.length > LENGTH.max)
    throw invalidParameter("LifecyclePolicyText", `must have length from ${LENGTH.min} to ${LENGTH.max}`);
  const parsed = v.safeParse(policySchema, parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw invalid(`${v.getDotPath(issue) ?? "the policy"}: ${issue.message}`);
  }
  const rules = parsed.output.rules.toSorted((a, b) => a.rulePriority - b.rulePriority);
  for (const rule of rules) checkRule(rule);
  checkTogether(rules);
  return rules;
}

function checkRule({ rulePriority, selection, action }: LifecycleRule): void {
  const { tagStatus, tagPatternList, tagPrefixList, storageClass, countType, countUnit } = selection;
  if (action.type === "transition" || storageClass === "archive" || countType === "sinceImageTransitioned")
    throw notLocally("LifecyclePolicyText", "archive images");
  if (countType === "sinceImagePulled") throw notLocally("LifecyclePolicyText", "record when an image was pulled");
  const where = `rule ${rulePriority}`;
  const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined);
  if (lists.length !== (tagStatus === "tagged" ? 1 : 0))
    throw invalid(`${where}: one of tagPrefixList and tagPatternList must be given with tagStatus 'tagged' alone`);
  if (tagPatternList?.some((pattern) => !isTagPattern(pattern, MAX_WILDCARDS)))
    throw invalid(
      `${where}: a tag pattern has at most 128 letters, digits and ._*-, with at most ${MAX_WILDCARDS} '*'`,
    );
  if ((countType === "sinceImagePushed") !== (countUnit === "days"))
    throw invalid(`${where}: countUnit 'days' must be given with countType 'sinceImagePushed' alone`);
  if (action.targetStorageClass !== undefined)
    throw invalid(`${where}: targetStorageClass cannot be given with action 'expire'`);
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules */
function checkTogether(rules: readonly LifecycleRule[]): void {
  if (hasRepeated(rules.map(({ rulePriority }) => rulePriority))) throw invalid("rule priorities must be unique");
  if (rules.filter(({ selection }) => selection.tagStatus === "untagged").length > 1)
    throw invalid("only one rule may select untagged images");
  if (rules.slice(0, -1).some(({ selection }) => selection.tagStatus === "any"))
    throw invalid("a rule with tagStatus 'any' must be the only one and have the highest rulePriority");
  const prefixes = rules.map(({ selection }) => selection.tagPrefixList?.toSorted().join("\n"));
  if (hasRepeated(prefixes.filter((one) => one !== undefined)))
    throw invalid("rules must have a unique set of tag prefixes");
}

function hasRepeated(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("the text is not JSON");
  }
}

function invalid(reason: string): AwsError {
  return invalidParameter("LifecyclePolicyText", `Lifecycle policy validation failure: ${reason}`);
}
