/** Amazon CloudWatch's errors. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html */
import { AwsError } from "../../protocol/aws-error.ts";

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function constraint(value: unknown, member: string, rule: string): AwsError {
  const shown = value === undefined ? "null" : `'${value}'`;
  return invalid(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

/** @throws {AwsError} `ValidationException` where the value is given and is none of these. */
export function checkOneOf(value: string | undefined, member: string, values: readonly string[]): void {
  if (value !== undefined && !values.includes(value))
    throw constraint(value, member, `satisfy enum value set: [${values.join(", ")}]`);
}

/** @throws {AwsError} `ValidationException` where the text is given and is shorter or longer than that. */
export function checkLength(value: string | undefined, member: string, least: number, most: number): void {
  if (value === undefined) return;
  if (value.length < least) throw constraint(value, member, `have length greater than or equal to ${least}`);
  if (value.length > most) throw constraint(value, member, `have length less than or equal to ${most}`);
}

/** Refuses what would change what happens, and what the local cloud does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `The local cloud does not implement ${what}.`, { status: 501 });
}
