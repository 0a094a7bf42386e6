import { endpointOf, nameEndpoint } from "../platform/aws/endpoint.ts";
import { AnswerLost, CallEnded } from "../platform/aws/failures.ts";
import { nodeCode } from "../platform/aws/passing.ts";
import { UnreadableAnswer } from "../platform/aws/unreadable-answer.ts";
import { TimeUp } from "../platform/time-limit.ts";
import type { RecordedError } from "./lines.ts";

interface Metadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
}

/**
 * What was thrown, as far as the engine judges by it.
 * @param said how its message is masked
 */
export function recordError(thrown: unknown, said: (message: string) => string): RecordedError {
  if (!(thrown instanceof Error)) return { name: "Error", message: said(String(thrown)) };
  const { httpStatusCode: status, requestId } = (thrown as { $metadata?: Metadata }).$metadata ?? {};
  const endpoint = endpointOf(thrown);
  const wrapped = thrown instanceof AnswerLost || thrown instanceof CallEnded ? thrown.failure : undefined;
  return {
    name: thrown.name,
    message: said(thrown.message),
    ...(nodeCode(thrown) !== "" && { code: nodeCode(thrown) }),
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    ...(endpoint !== undefined && { endpoint: said(endpoint) }),
    ...(wrapped !== undefined && { failure: recordError(wrapped, said) }),
  };
}

/** The error that the engine judges as it judged the one that was recorded. */
export function thrownAgain(recorded: RecordedError): Error {
  if (recorded.name === "AnswerLost") return new AnswerLost(wrappedBy(recorded));
  if (recorded.name === "CallEnded") return new CallEnded(wrappedBy(recorded));
  const { name, message, code, status, requestId, endpoint } = recorded;
  const base = blank(recorded);
  const error = Object.assign(base, {
    message,
    ...(code !== undefined && { code }),
    $metadata: {
      ...(status !== undefined && { httpStatusCode: status }),
      ...(requestId !== undefined && { requestId }),
    },
  });
  error.name = name;
  if (endpoint !== undefined) nameEndpoint(error, endpoint);
  return error;
}

/** The engine knows it by its class, where it has one. */
function blank({ name, status }: RecordedError): Error {
  if (name === "TimeUp") return new TimeUp(0);
  return name === "UnreadableAnswer" ? new UnreadableAnswer(status ?? 0, "") : new Error();
}

function wrappedBy({ failure }: RecordedError): Error | undefined {
  return failure === undefined ? undefined : thrownAgain(failure);
}
