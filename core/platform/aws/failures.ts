import type { ErrorCode } from "../error-codes.ts";
import { ToolkitError } from "../errors.ts";
import { TimeUp } from "../time-limit.ts";
import { endpointOf } from "./endpoint.ts";
import { isSkewed, nodeCode, passing } from "./passing.ts";

/** What can be done about a failed call: `throttled` and `transient` ones pass, the others do not. */
export type FailureKind = "throttled" | "transient" | "denied" | "expired" | "not-configured" | "refused";

const deniedCodes = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "UnauthorizedException",
  "UnauthorizedOperation",
]);
const expiredCodes = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
const unknownCredentialsCodes = new Set([
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);
/** Of a connection that could not be made private: what is at its other end is not whom it was meant for. */
const tlsCodes =
  /^(CERT_|EPROTO$|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_|UNABLE_TO_(GET_ISSUER|VERIFY))/;

/** Sorts what a call threw. */
export function failureKind(error: unknown): FailureKind {
  if (!(error instanceof Error)) return "refused";
  if (deniedCodes.has(error.name)) return "denied";
  if (expiredCodes.has(error.name)) return "expired";
  if (isNotConfigured(error)) return "not-configured";
  const why = passing(error);
  if (why === undefined) return "refused";
  return why === "throttled" ? "throttled" : "transient";
}

/** A call failed in a way that leaves open whether it was done. */
export class AnswerLost extends Error {
  readonly failure: unknown;

  constructor(failure: unknown) {
    super(awsWords(failure));
    this.name = "AnswerLost";
    this.failure = failure;
  }
}

/** The run was ended before a call was made, or before it was made again. */
export class CallEnded extends Error {
  /** What the call failed with before; `undefined` where it was never made. */
  readonly failure: unknown;

  constructor(failure: unknown) {
    super("the run was ended before the call was made");
    this.name = "CallEnded";
    this.failure = failure;
  }
}

/** Whether AWS answered one of these error codes. */
export function isAwsCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}

/**
 * The error for a call that the work cannot go on without. Keeps AWS's code, words and request id.
 * @param action as policies name it, `ecs:UpdateService`
 */
export function awsFailure(action: string, error: unknown): ToolkitError {
  if (error instanceof ToolkitError) return error;
  const [code, remedy] = codeAndRemedy(action, error);
  return new ToolkitError(code, `${action}: ${nothingThere(error)}${awsWords(error)}`, remedy, { cause: error });
}

function codeAndRemedy(action: string, error: unknown): readonly [ErrorCode, string] {
  switch (failureKind(error)) {
    case "denied":
      return ["AWS_ACCESS_DENIED", deniedRemedy(action, error)];
    case "expired":
      return ["AWS_CREDENTIALS_EXPIRED", "Renew the credentials, or give them a longer session."];
    case "not-configured":
      return ["AWS_NOT_CONFIGURED", configurationRemedy(error)];
  }
  const at = endpointOf(error) ?? "the endpoint";
  if (isUnreachable(error)) {
    return ["AWS_NOT_CONFIGURED", `Check the network, AWS_REGION and AWS_ENDPOINT_URL: nothing answers at ${at}.`];
  }
  if (passing(error) === "unreadable") {
    return [
      "AWS_ANSWER_UNREADABLE",
      `Check the network, its proxy and AWS_ENDPOINT_URL: AWS does not answer at ${at}.`,
    ];
  }
  return ["AWS_CALL_FAILED", remedyFor(action, error)];
}

const sdkHint = /\s*Deserialization error: to see the raw response.*/s;

/** What AWS said, on one line: `ClientException: … (request 1a2b…)`. */
export function awsWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = nodeCode(error);
  const said = error.message.replace(sdkHint, "").trim() || code;
  const name = error.name === "Error" || error.name === "AggregateError" ? "" : `${error.name}: `;
  const requestId = (error as { $metadata?: { requestId?: string } }).$metadata?.requestId;
  return `${name}${said.replace(/\s+/g, " ")}${requestId === undefined ? "" : ` (request ${requestId})`}`;
}

/** Awaits a call that the work cannot go on without. @throws {ToolkitError} */
export async function required<Output>(action: string, call: Promise<Output>): Promise<Output> {
  try {
    return await call;
  } catch (error) {
    throw awsFailure(action, error);
  }
}

/** Awaits a call that only adds to what is known: where it fails, `note` hears what is missing and why. */
export async function optional<Output>(
  action: string,
  call: Promise<Output>,
  note: (line: string) => void,
): Promise<Output | undefined> {
  try {
    return await call;
  } catch (error) {
    note(missing(action, error));
    return undefined;
  }
}

/** What is missing for want of a call: `ecs:ListTasks is not allowed`. */
export function missing(action: string, error: unknown): string {
  if (failureKind(error) === "denied") return `${action} is not allowed`;
  if (error instanceof TimeUp) return `${action} ${error.message}`;
  if (error instanceof Error && error.name === "AbortError") return `${action} was broken off`;
  return `${action} failed: ${awsWords(error)}`;
}

/** Wrong before anything is sent. */
function isNotConfigured(error: Error): boolean {
  return (
    ["CredentialsProviderError", "TokenProviderError"].includes(error.name) ||
    /^Region (is missing|not accepted)/.test(error.message) ||
    nodeCode(error) === "ERR_INVALID_URL" ||
    tlsCodes.test(nodeCode(error))
  );
}

function configurationRemedy(error: unknown): string {
  if (error instanceof Error && nodeCode(error) === "ERR_INVALID_URL") {
    return "Write AWS_ENDPOINT_URL as a URL, http://host:port, or unset it.";
  }
  if (error instanceof Error && tlsCodes.test(nodeCode(error))) {
    return `Check AWS_ENDPOINT_URL, and the network's proxy (its certificate by NODE_EXTRA_CA_CERTS): what answers at ${endpointOf(error) ?? "the endpoint"} is not AWS.`;
  }
  return "Set AWS_REGION and credentials (AWS_PROFILE, keys or a role).";
}

/** The words in which AWS says who may not do what; the action may be another than that of the call (`iam:PassRole`). */
const deniedWords = /User: (\S+) is not authorized to perform: (\w[\w-]*:\w+)(?: on resource: (\S+))?/;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function deniedRemedy(called: string, error: unknown): string {
  const words = awsWords(error);
  const [, principal = "this identity", action = called, resource = "*"] = deniedWords.exec(words) ?? [];
  const what = `${action}${resource === "*" ? "" : ` on ${resource}`}`;
  return words.includes("explicit deny")
    ? `Lift the explicit deny of ${what} for ${principal}.`
    : `Allow ${what} for ${principal}.`;
}

/** Nothing answers there. A connection that was reset, which the SDK calls a timeout too, had something at its end. */
function isUnreachable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const late = error.name === "TimeoutError" && !["ECONNRESET", "EPIPE"].includes(nodeCode(error));
  return late || passing(error) === "unreachable";
}

/** Says where, for messages: those of Node and the SDK mostly do not. */
function nothingThere(error: unknown): string {
  const at = endpointOf(error);
  return at !== undefined && isUnreachable(error) ? `nothing answers at ${at}: ` : "";
}

function remedyFor(action: string, error: unknown): string {
  if (error instanceof Error && isSkewed(error)) {
    return "Set the clock of this machine: AWS takes no signature that is minutes away from its own time.";
  }
  if (error instanceof Error && unknownCredentialsCodes.has(error.name)) {
    return "Check the credentials (AWS_PROFILE, keys or a role): AWS does not know them.";
  }
  switch (failureKind(error)) {
    case "throttled":
      return `Try again later: AWS takes no more calls of ${action} at the moment.`;
    case "transient":
      return `Try again: ${action} failed on the way or at AWS's side.`;
    default:
      return `Read what AWS answered to ${action} and correct the request.`;
  }
}
