/**
 * Policies, as far as a role's trust policy decides who may assume it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
import { malformedPolicy } from "./errors.ts";

const LONGEST = 10_240;

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  /** Of services; empty where the statement names none. */
  readonly services: readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Keys of the request that a condition may ask for. */
export type RequestContext = Readonly<Record<string, string>>;

/** @throws {AwsError} `MalformedPolicyDocument` for what is no policy. */
export function checkDocument(document: string): void {
  if (document.length > LONGEST) throw malformedPolicy(`A policy can have at most ${LONGEST} characters.`);
  parseStatements(document);
}

/** Whether the trust policy lets the service assume the role in that context. A condition on a key that is not there fails. */
export function trusts(document: string, service: string, context: RequestContext): boolean {
  const applying = parseStatements(document).filter(
    (statement) =>
      statement.services.some((given) => given === service || given === "*") &&
      statement.Action.some(allowsAssuming) &&
      holds(statement.Condition, context),
  );
  return applying.length > 0 && applying.every(({ Effect }) => Effect === "Allow");
}

function parseStatements(document: string): Statement[] {
  const policy = parsed(document);
  if (!isRecord(policy) || policy.Statement === undefined) throw malformedPolicy("Syntax errors in policy.");
  return list(policy.Statement).map((statement) => {
    if (!isRecord(statement) || (statement.Effect !== "Allow" && statement.Effect !== "Deny"))
      throw malformedPolicy("Syntax errors in policy.");
    return {
      Effect: statement.Effect,
      Action: strings(statement.Action),
      services: servicesOf(statement.Principal),
      Condition: conditions(statement.Condition),
    };
  });
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw malformedPolicy("This policy contains invalid Json");
  }
}

function servicesOf(principal: unknown): string[] {
  if (principal === "*") return ["*"];
  return isRecord(principal) ? strings(principal.Service) : [];
}

/** What is no condition must not pass for one that always holds. */
function conditions(given: unknown = {}): Statement["Condition"] {
  if (!isRecord(given)) throw malformedPolicy("Syntax errors in policy.");
  return Object.fromEntries(
    Object.entries(given).map(([operator, keys]) => {
      if (!isRecord(keys)) throw malformedPolicy("Syntax errors in policy.");
      return [operator, keys];
    }),
  );
}

function allowsAssuming(action: string): boolean {
  return matches(action.toLowerCase(), "sts:assumerole");
}

function holds(condition: Statement["Condition"], context: RequestContext): boolean {
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const actual = known.get(key.toLowerCase());
      const compare = COMPARISONS.get(operator);
      return actual !== undefined && compare !== undefined && strings(values).some((value) => compare(value, actual));
    }),
  );
}

/** A map, not an object: the operator `constructor` must not find what every object has. */
const COMPARISONS: ReadonlyMap<string, (pattern: string, actual: string) => boolean> = new Map([
  ["StringEquals", (pattern, actual) => pattern === actual],
  ["StringLike", matches],
  ["ArnEquals", matches],
  ["ArnLike", matches],
]);

/** `*` stands for any text, `?` for one character. */
function matches(pattern: string, actual: string): boolean {
  let [at, from, star, retry] = [0, 0, -1, 0];
  while (at < actual.length) {
    if (pattern[from] === "*") [star, retry, from] = [from, at, from + 1];
    else if (pattern[from] === "?" || pattern[from] === actual[at]) [at, from] = [at + 1, from + 1];
    else if (star >= 0) [retry, at, from] = [retry + 1, retry + 1, star + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(from));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function strings(value: unknown): string[] {
  return value === undefined ? [] : list(value).filter((item) => typeof item === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
