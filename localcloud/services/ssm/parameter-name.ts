/**
 * Names of parameters, and what may stand behind them.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
import { invalid, ssmError } from "./errors.ts";

const MOST_LEVELS = 15;
const LONGEST = 1011;
const LONGEST_REFERENCE = 2048;

/** @throws {AwsError} where Parameter Store takes no parameter of that name. */
export function checkName(name: string): void {
  const isPath = name.startsWith("/");
  const segments = (isPath ? name.slice(1) : name).split("/");
  if (!isPath && segments.length > 1) throw invalid("Parameter name must be a fully qualified name.");
  if (name.length > LONGEST || !segments.every((segment) => /^[A-Za-z0-9_.-]+$/.test(segment)) || isReserved(segments))
    throw invalid(
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  if (segments.length > MOST_LEVELS)
    throw ssmError("HierarchyLevelLimitExceededException", `A parameter name can have at most ${MOST_LEVELS} levels.`);
}

function isReserved([first = ""]: readonly string[]): boolean {
  return /^(aws|ssm)/i.test(first);
}

/** A parameter as it is asked for: its name, or its ARN; and perhaps one of its versions, or what labels one. */
export interface ParameterReference {
  readonly name: string;
  readonly selector: string | undefined;
}

/** @param reference `name`, `name:version` or the ARN with either. */
export function parseReference(reference: string): ParameterReference {
  if (reference.length > LONGEST_REFERENCE) throw invalid("Parameter name is too long.");
  const path = /^arn:[^:]*:ssm:[^:]*:[^:]*:parameter\/(.*)$/.exec(reference)?.[1];
  const [name = "", ...rest] = (path ?? reference).split(":");
  const selector = rest.length === 0 ? undefined : rest.join(":");
  // The ARN of `/a/b` is `…:parameter/a/b`, and that of `a` is `…:parameter/a`.
  if (path === undefined) return { name, selector };
  return { name: name.includes("/") ? `/${name}` : name, selector };
}
