/** The checks that CloudWatch Logs makes of what a request holds, before it looks for anything. */
import type { Call } from "../../gateway/service.ts";
import { constraint, groupNotFound, invalidParameter } from "./errors.ts";

const maximumNameLength = 512;
const groupName = /^[.\-_/#A-Za-z0-9]+$/;
const streamName = /^[^:*]*$/;

/** @throws {AwsError} `InvalidParameterException` */
export function checkGroupName(name: string): void {
  checkLength(name, "logGroupName");
  if (!groupName.test(name))
    throw constraint(name, "logGroupName", "satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
}

/** @throws {AwsError} `InvalidParameterException` */
export function checkStreamName(name: string): void {
  checkLength(name, "logStreamName");
  if (!streamName.test(name)) throw constraint(name, "logStreamName", "satisfy regular expression pattern: [^:*]*");
}

function checkLength(name: string, member: string): void {
  if (name.length < 1) throw constraint(name, member, "have length greater than or equal to 1");
  if (name.length > maximumNameLength)
    throw constraint(name, member, `have length less than or equal to ${maximumNameLength}`);
}

/** @returns the limit to keep to; `maximum` where none is given. @throws {AwsError} `InvalidParameterException` */
export function checkedLimit(limit: number | undefined, maximum: number): number {
  if (limit === undefined) return maximum;
  if (!Number.isInteger(limit) || limit < 1) throw constraint(limit, "limit", "have value greater than or equal to 1");
  if (limit > maximum) throw constraint(limit, "limit", `have value less than or equal to ${maximum}`);
  return limit;
}

/** @throws {AwsError} `InvalidParameterException` for what is no number of milliseconds since 1970. */
export function checkTime(value: number | undefined, member: string): void {
  if (value === undefined) return;
  if (!Number.isSafeInteger(value) || value < 0)
    throw constraint(value, member, "have value greater than or equal to 0");
}

export function groupArn(name: string, { region, principal }: Call): string {
  return `arn:aws:logs:${region}:${principal.accountId}:log-group:${name}`;
}

/**
 * The name of the group that a request means, by its name or by its ARN.
 * @throws {AwsError} `InvalidParameterException` where it gives both or none, `ResourceNotFoundException` for an ARN of
 * somewhere else.
 */
export function requestedGroup(
  { logGroupName, logGroupIdentifier }: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
  call: Call,
): string {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined)
    throw invalidParameter("Only one of logGroupName and logGroupIdentifier may be specified.");
  const given = logGroupName ?? logGroupIdentifier;
  if (given === undefined) throw invalidParameter("One of logGroupName and logGroupIdentifier must be specified.");
  if (logGroupName !== undefined) checkGroupName(logGroupName);
  if (!given.startsWith("arn:")) return given;
  const prefix = groupArn("", call);
  if (!given.startsWith(prefix)) throw groupNotFound();
  return given.slice(prefix.length);
}
