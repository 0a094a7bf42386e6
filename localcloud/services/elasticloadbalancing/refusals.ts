/** What AWS does and the local cloud does not: said by name, never ignored. */
import { AwsError } from "../../protocol/aws-error.ts";

export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `The local cloud does not implement ${what}.`, { status: 501 });
}

/** @throws {AwsError} NotImplemented where one of the members is given. */
export function refuseMembers<Input extends object>(input: Input, members: readonly (keyof Input & string)[]): void {
  const given = members.find((member) => input[member] !== undefined);
  if (given !== undefined) throw notImplemented(`${given} of Elastic Load Balancing`);
}

/** @throws {AwsError} NotImplemented where a member is given and is none of the values that are implemented. */
export function refuseOthers(member: string, value: string | undefined, implemented: readonly string[]): void {
  if (value !== undefined && !implemented.includes(value)) throw notImplemented(`${member} ${value}`);
}
