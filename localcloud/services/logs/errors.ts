/** Amazon CloudWatch Logs' errors in its own sentences. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html */
import { AwsError } from "../../protocol/aws-error.ts";

export function groupNotFound(): AwsError {
  return new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
}

export function streamNotFound(): AwsError {
  return new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
}

export function groupAlreadyExists(): AwsError {
  return new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
}

export function streamAlreadyExists(): AwsError {
  return new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function constraint(value: unknown, member: string, rule: string): AwsError {
  return invalidParameter(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

/** For an input that AWS would act on and the local cloud cannot: refused, never dropped. */
export function notLocally(member: string, what: string): AwsError {
  return invalidParameter(`${member}: the local cloud does not ${what}.`);
}
