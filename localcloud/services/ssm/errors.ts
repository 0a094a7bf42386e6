/** Systems Manager's errors. https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html */
import { AwsError } from "../../protocol/aws-error.ts";

/** The model keeps the statuses of a protocol that Systems Manager no longer speaks; it answers 400. */
export function ssmError(code: string, message: string): AwsError {
  return new AwsError(code, message, { status: 400 });
}

/** AWS gives it no sentence. */
export const parameterNotFound = () => ssmError("ParameterNotFound", "");

export const invalid = (message: string) => ssmError("ValidationException", message);

export function constraint(value: unknown, member: string, rule: string): AwsError {
  return invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

/** Refuses what would change what happens, and what the local cloud does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `The local cloud does not implement ${what}.`, { status: 501 });
}
