/**
 * The errors that pass by themselves, by AWS's names. All others end a call at once: what is not here is not guessed
 * at, whatever the SDK makes of it (it takes LimitExceededException, a quota of ECS and ECR, for a throttle).
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
 */
import { UnreadableAnswer } from "./unreadable-answer.ts";

/**
 * Why a call failed in passing. `throttled`, `unavailable` (AWS says so), `unreachable` and `skewed` calls have not been
 * done. Where AWS `failed` on one, its answer was `lost`, or is `unreadable` though the request was taken, that is not
 * known.
 */
export type Passing = "throttled" | "unreachable" | "lost" | "failed" | "unavailable" | "skewed" | "unreadable";
type Named = Exclude<Passing, "skewed" | "unreadable">;

interface Row {
  /** Codes of AWS's errors, and names that the SDK gives its own. */
  readonly names: readonly string[];
  readonly statuses: readonly number[];
  /** Node's codes for what becomes of connections. */
  readonly codes: readonly string[];
}

export const passingErrors: Readonly<Record<Named, Row>> = {
  throttled: {
    names: [
      "BandwidthLimitExceeded",
      "PriorRequestNotComplete",
      "RequestLimitExceeded",
      "RequestThrottled",
      "RequestThrottledException",
      "SlowDown",
      "ThrottledException",
      "Throttling",
      "ThrottlingException",
      "TooManyRequestsException",
    ],
    statuses: [429],
    codes: [],
  },
  unreachable: {
    names: [],
    statuses: [],
    codes: ["EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"],
  },
  lost: {
    names: ["RequestTimeout", "RequestTimeoutException", "TimeoutError"],
    // A gateway before AWS had no answer from it.
    statuses: [502, 504],
    codes: ["ECONNRESET", "EPIPE", "ETIMEDOUT"],
  },
  failed: {
    names: [
      "InternalError",
      "InternalFailure",
      "InternalServerError",
      "InternalServiceError",
      "InternalServiceException",
      "ServerException",
    ],
    statuses: [500],
    codes: [],
  },
  unavailable: {
    names: ["ServiceUnavailable", "ServiceUnavailableException", "Unavailable"],
    statuses: [503],
    codes: [],
  },
};

/** What AWS says of a signature that is of another time than its own. */
const skewNames = ["InvalidSignatureException", "RequestTimeTooSkewed", "SignatureDoesNotMatch"];
const skewWords = /Signature expired|Signature not yet current|RequestTimeTooSkewed/;

/** The SDK gives a connection that was not made in time no code of its own, and the name of an answer that is late. */
const notConnected = /did not establish a connection/;

/** Why a call failed in passing; `undefined` where it failed for good. */
export function passing(error: unknown): Passing | undefined {
  if (!(error instanceof Error)) return undefined;
  // The SDK has read AWS's clock in the answer, and signs by that from now on.
  if (isSkewed(error)) return metadata(error).clockSkewCorrected === true ? "skewed" : undefined;
  if (error.name === "TimeoutError" && notConnected.test(error.message)) return "unreachable";
  const rows = Object.entries(passingErrors) as [Named, Row][];
  const named = rows.find(([, { names, codes }]) => names.includes(error.name) || codes.includes(nodeCode(error)));
  if (named !== undefined) return named[0];
  const status = statusOf(error) ?? 0;
  return (
    rows.find(([, { statuses }]) => statuses.includes(status))?.[0] ?? (isUnreadable(error) ? "unreadable" : undefined)
  );
}

/** Whether a call that failed in passing may have been done all the same. */
export function mayBeDone(error: unknown): boolean {
  const why = passing(error);
  if (why === "lost" || why === "failed") return true;
  return why === "unreadable" && error instanceof Error && (statusOf(error) ?? 0) < 300;
}

/** Whether this machine's clock and AWS's differ by more than AWS takes. */
export function isSkewed(error: Error): boolean {
  return skewNames.includes(error.name) && (skewWords.test(error.message) || error.name === "RequestTimeTooSkewed");
}

/** Whether AWS itself answered, whatever it said. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && statusOf(error) !== undefined && !isUnreadable(error);
}

/** Node's code of an error that is not AWS's: `ECONNRESET`. */
export function nodeCode(error: Error): string {
  return String((error as { code?: unknown }).code ?? "");
}

interface Metadata {
  readonly httpStatusCode?: number;
  readonly clockSkewCorrected?: boolean;
}

function metadata(error: Error): Metadata {
  return (error as { $metadata?: Metadata }).$metadata ?? {};
}

function statusOf(error: Error): number | undefined {
  return metadata(error).httpStatusCode;
}

/** The hint is the SDK's own, on whatever its parsers throw. */
function isUnreadable(error: Error): boolean {
  return error instanceof UnreadableAnswer || error.message.includes("Deserialization error: to see the raw response");
}
