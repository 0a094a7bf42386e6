/** AWS Secrets Manager's errors, in its own words. https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html */
import { AwsError } from "../../protocol/aws-error.ts";

export const secretNotFound = () => notFound("Secrets Manager can't find the specified secret.");

export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

/** Captured: https://github.com/smithy-lang/smithy-typescript/issues/1546 */
export const invalidName = () =>
  validation(
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  );

export function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function invalidRequest(message: string): AwsError {
  return new AwsError("InvalidRequestException", message);
}

/** Refuses what would change what happens, and what the local cloud does not act on. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `The local cloud does not implement ${what}.`, { status: 501 });
}
