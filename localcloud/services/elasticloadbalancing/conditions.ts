/**
 * Path conditions of rules.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
 */
import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { validationError } from "./errors.ts";
import { notImplemented, refuseMembers } from "./refusals.ts";

const FIELD = "path-pattern";
/** The quota "condition values per rule". */
const MAX_VALUES = 5;
const MAX_LENGTH = 128;
/** The characters that a path pattern can have, with `*` and `?`. */
const PATTERN = /^[A-Za-z0-9_\-.$/~"'@:+&*?]+$/;

/** @throws {AwsError} ValidationError, NotImplemented for conditions other than on the path. */
export function pathPatternsFrom(conditions: readonly RuleCondition[] | undefined): string[] {
  const [condition, ...more] = conditions ?? [];
  if (condition === undefined) throw validationError("A condition must be specified");
  for (const { Field } of [condition, ...more])
    if (Field !== FIELD) throw notImplemented(`'${Field ?? ""}' conditions`);
  if (more.length > 0) throw validationError(`A rule can only have one condition with field '${FIELD}'`);
  refuseMembers(condition, [
    "HostHeaderConfig",
    "HttpHeaderConfig",
    "HttpRequestMethodConfig",
    "QueryStringConfig",
    "RegexValues",
    "SourceIpConfig",
  ]);
  if (condition.PathPatternConfig !== undefined) refuseMembers(condition.PathPatternConfig, ["RegexValues"]);
  return checkedPatterns(condition);
}

/** The condition as the API shows it, in both spellings. */
export function conditionsView(pathPatterns: readonly string[]): RuleCondition[] {
  if (pathPatterns.length === 0) return [];
  return [{ Field: FIELD, Values: [...pathPatterns], PathPatternConfig: { Values: [...pathPatterns] } }];
}

function checkedPatterns({ Values = [], PathPatternConfig }: RuleCondition): string[] {
  const configured = PathPatternConfig?.Values ?? [];
  if (Values.length > 0 && configured.length > 0)
    throw validationError("You cannot specify both Values and PathPatternConfig in a condition");
  const patterns = [...Values, ...configured];
  if (patterns.length === 0) throw validationError("A condition value must be specified");
  if (patterns.length > MAX_VALUES) throw validationError(`A rule can only have '${MAX_VALUES}' condition values`);
  const wrong = patterns.find((pattern) => pattern.length > MAX_LENGTH || !PATTERN.test(pattern));
  if (wrong !== undefined) throw validationError(`The path pattern '${wrong}' is not valid`);
  return patterns;
}
