/**
 * The conditions of rules: what the API takes and shows of them.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
 */
import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RequestCondition } from "../../loadbalancer/request-conditions.ts";
import {
  checkHeaderName,
  checkHeaderValues,
  checkHosts,
  checkMethods,
  checkPaths,
  checkQueryParameters,
  checkSources,
} from "./condition-values.ts";
import { validationError } from "./errors.ts";
import { notImplemented, refuseMembers } from "./refusals.ts";

/** The quota "condition values per rule". */
const MAX_VALUES = 5;
/** The fields that a rule can have more than one condition with. */
const REPEATABLE = new Set(["http-header", "query-string"]);

const CONFIGURATIONS = {
  "host-header": "HostHeaderConfig",
  "http-header": "HttpHeaderConfig",
  "http-request-method": "HttpRequestMethodConfig",
  "path-pattern": "PathPatternConfig",
  "query-string": "QueryStringConfig",
  "source-ip": "SourceIpConfig",
} as const satisfies Record<RequestCondition["field"], keyof RuleCondition>;

/** @throws {AwsError} ValidationError, NotImplemented for regular expressions. */
export function conditionsFrom(conditions: readonly RuleCondition[] | undefined): RequestCondition[] {
  if (conditions === undefined || conditions.length === 0) throw validationError("A condition must be specified");
  const checked = conditions.map(conditionFrom);
  const fields = checked.map(({ field }) => field);
  const repeated = fields.find((field, index) => !REPEATABLE.has(field) && fields.indexOf(field) !== index);
  if (repeated !== undefined) throw validationError(`A rule can only have one condition with field '${repeated}'`);
  if (checked.reduce((sum, { values }) => sum + values.length, 0) > MAX_VALUES)
    throw validationError(`A rule can only have '${MAX_VALUES}' condition values`);
  return checked;
}

/** The condition as the API shows it: in both spellings where there are two. */
export function conditionView(condition: RequestCondition): RuleCondition {
  const Field = condition.field;
  switch (condition.field) {
    case "host-header":
      return { Field, Values: [...condition.values], HostHeaderConfig: { Values: [...condition.values] } };
    case "path-pattern":
      return { Field, Values: [...condition.values], PathPatternConfig: { Values: [...condition.values] } };
    case "http-header":
      return { Field, HttpHeaderConfig: { HttpHeaderName: condition.name, Values: [...condition.values] } };
    case "http-request-method":
      return { Field, HttpRequestMethodConfig: { Values: [...condition.values] } };
    case "query-string": {
      const Values = condition.values.map(({ key, value }) => ({
        ...(key === undefined ? {} : { Key: key }),
        Value: value,
      }));
      return { Field, QueryStringConfig: { Values } };
    }
    case "source-ip":
      return { Field, SourceIpConfig: { Values: [...condition.values] } };
  }
}

function conditionFrom(condition: RuleCondition): RequestCondition {
  const field = fieldOf(condition.Field);
  refuseMembers(condition, ["RegexValues"]);
  checkMembers(condition, field);
  switch (field) {
    case "host-header":
      return { field, values: checkHosts(eitherValues(condition, condition.HostHeaderConfig)) };
    case "path-pattern":
      return { field, values: checkPaths(eitherValues(condition, condition.PathPatternConfig)) };
    case "http-header": {
      const { HttpHeaderName, Values, ...rest } = condition.HttpHeaderConfig ?? {};
      refuseMembers(rest, ["RegexValues"]);
      return { field, name: checkHeaderName(HttpHeaderName), values: checkHeaderValues(Values) };
    }
    case "http-request-method":
      return { field, values: checkMethods(condition.HttpRequestMethodConfig?.Values) };
    case "query-string":
      return { field, values: checkQueryParameters(condition.QueryStringConfig?.Values) };
    case "source-ip": {
      const { Values, ...rest } = condition.SourceIpConfig ?? {};
      refuseMembers(rest, ["IpAddressType"]);
      return { field, values: checkSources(Values) };
    }
  }
}

function fieldOf(field: string | undefined): RequestCondition["field"] {
  const known = (Object.keys(CONFIGURATIONS) as RequestCondition["field"][]).find((one) => one === field);
  if (known === undefined)
    throw validationError(
      `Condition field '${field ?? ""}' must be one of '[${Object.keys(CONFIGURATIONS).join(",")}]'`,
    );
  return known;
}

/** A condition has the configuration of its field, and none of another's. */
function checkMembers(condition: RuleCondition, field: RequestCondition["field"]): void {
  const foreign = Object.values(CONFIGURATIONS).find(
    (member) => member !== CONFIGURATIONS[field] && condition[member] !== undefined,
  );
  if (foreign !== undefined) throw validationError(`A condition with field '${field}' cannot have ${foreign}`);
  const plain = field === "host-header" || field === "path-pattern";
  if (!plain && condition.Values !== undefined)
    throw validationError(`A condition with field '${field}' takes its values in ${CONFIGURATIONS[field]}`);
}

function eitherValues(
  { Field, Values = [] }: RuleCondition,
  configuration: { Values?: string[] | undefined; RegexValues?: string[] | undefined } = {},
): readonly string[] {
  if (configuration.RegexValues !== undefined) throw notImplemented("regular expressions in conditions");
  const configured = configuration.Values ?? [];
  if (Values.length > 0 && configured.length > 0)
    throw validationError(`You cannot specify both Values and a configuration in a condition with field '${Field}'`);
  return [...Values, ...configured];
}
