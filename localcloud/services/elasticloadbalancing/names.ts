import { validationError } from "./errors.ts";

const MAX_LENGTH = 32;

/**
 * The name of a load balancer or target group: unique per region and account, at most 32 letters, digits and hyphens,
 * no hyphen at either end.
 * @param subject how AWS's sentence begins: `Target group name`, `The load balancer name`.
 * @throws {AwsError} ValidationError
 */
export function checkName(subject: string, name: string | undefined): string {
  if (name === undefined || name === "") throw validationError(`${subject} cannot be blank`);
  if (name.length > MAX_LENGTH)
    throw validationError(`${subject} '${name}' cannot be longer than '${MAX_LENGTH}' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw validationError(
      `${subject} '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`,
    );
  if (name.startsWith("-") || name.endsWith("-"))
    throw validationError(`${subject} '${name}' cannot begin or end with '-'`);
  return name;
}
