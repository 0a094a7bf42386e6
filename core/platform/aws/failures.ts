import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import { ToolkitError } from "../errors.ts";

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
const unreachableCodes = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"]);

/** Sorts what an SDK call threw, after the SDK's own retries. */
export function failureKind(error: unknown): FailureKind {
  if (!(error instanceof Error)) return "refused";
  if (deniedCodes.has(error.name)) return "denied";
  if (expiredCodes.has(error.name)) return "expired";
  if (isNotConfigured(error)) return "not-configured";
  const failure = error as Parameters<typeof isServerError>[0];
  if (isThrottlingError(failure)) return "throttled";
  if (isTransientError(failure) || isServerError(failure) || isUnreachable(error)) return "transient";
  return "refused";
}

/** The connection of a call ended before its answer: whether it was carried out is not known. */
export class AnswerLost extends Error {
  /** Not as `cause`: the SDK would see there that the call can be made again. */
  readonly failure: unknown;

  constructor(failure: unknown) {
    super(awsWords(failure));
    this.name = "AnswerLost";
    this.failure = failure;
  }
}

/** Whether a call may have been carried out though it failed. */
export function isAnswerLost(error: unknown): boolean {
  if (!(error instanceof Error) || failureKind(error) !== "transient" || unreachableCodes.has(errorCode(error)))
    return false;
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === undefined;
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
  const message = `${action}: ${awsWords(error)}`;
  switch (failureKind(error)) {
    case "denied":
      return new ToolkitError("AWS_ACCESS_DENIED", message, `Allow ${action} for this identity.`, { cause: error });
    case "expired":
      return new ToolkitError(
        "AWS_CREDENTIALS_EXPIRED",
        message,
        "Renew the credentials, or give them a longer session.",
        {
          cause: error,
        },
      );
    case "not-configured":
      return new ToolkitError("AWS_NOT_CONFIGURED", message, configurationRemedy(error), { cause: error });
    default:
      return isUnreachable(error)
        ? new ToolkitError("AWS_NOT_CONFIGURED", message, unreachableRemedy, { cause: error })
        : new ToolkitError("AWS_CALL_FAILED", message, remedyFor(action, error), { cause: error });
  }
}

/** What AWS said, on one line: `ClientException: … (request 1a2b…)`. */
export function awsWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errorCode(error);
  const said = error.message === "" ? code : error.message;
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
  return failureKind(error) === "denied" ? `${action} is not allowed` : `${action} failed: ${awsWords(error)}`;
}

function errorCode(error: Error): string {
  return String((error as { code?: unknown }).code ?? "");
}

/** Wrong before anything is sent. */
function isNotConfigured(error: Error): boolean {
  return (
    ["CredentialsProviderError", "TokenProviderError"].includes(error.name) ||
    /^Region (is missing|not accepted)/.test(error.message) ||
    errorCode(error) === "ERR_INVALID_URL"
  );
}

function configurationRemedy(error: unknown): string {
  if (error instanceof Error && errorCode(error) === "ERR_INVALID_URL") {
    return "Write AWS_ENDPOINT_URL as a URL, http://host:port, or unset it.";
  }
  return "Set AWS_REGION and credentials (AWS_PROFILE, keys or a role).";
}

/** Nothing answers there. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The SDK calls a connection that was reset a timeout too: something was there.
  const reset = ["ECONNRESET", "EPIPE"].includes(errorCode(error));
  return unreachableCodes.has(errorCode(error)) || (error.name === "TimeoutError" && !reset);
}

const unreachableRemedy = "Check the network, AWS_REGION and AWS_ENDPOINT_URL: nothing answers there.";

function remedyFor(action: string, error: unknown): string {
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
