/** Elastic Load Balancing's errors: the codes are the model's shape names, the sentences AWS's. */
import { AwsError } from "../../protocol/aws-error.ts";

/** The query protocol's common error for input that does not fit; no schema knows it. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message, { status: 400 });
}

/** A member outside the range that the API's model gives. */
function outOfRange(member: string, value: number, bound: { min: number; max: number }): AwsError {
  const [relation, limit] = value < bound.min ? ["greater", bound.min] : ["less", bound.max];
  return validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
      `Member must have value ${relation} than or equal to ${limit}`,
  );
}

/** @throws {AwsError} ValidationError where a value is not a whole number between the bounds. */
export function checkRange(member: string, value: number, bound: { min: number; max: number }): void {
  if (!Number.isInteger(value) || value < bound.min || value > bound.max) throw outOfRange(member, value, bound);
}

export function loadBalancersNotFound(namesOrArns: readonly string[]): AwsError {
  return new AwsError("LoadBalancerNotFoundException", `Load balancers '[${namesOrArns.join(", ")}]' not found`);
}

export function targetGroupNotFound(): AwsError {
  return new AwsError("TargetGroupNotFoundException", "One or more target groups not found");
}

export function listenerNotFound(): AwsError {
  return new AwsError("ListenerNotFoundException", "One or more listeners not found");
}

export function ruleNotFound(): AwsError {
  return new AwsError("RuleNotFoundException", "One or more rules not found");
}
