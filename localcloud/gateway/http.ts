import type { IncomingMessage } from "node:http";
import type { Clock } from "../clock.ts";
import { AwsError } from "../protocol/aws-error.ts";
import type { HttpRequest } from "../protocol/wire.ts";
import { BodyTooLarge, BodyTooSlow, readBody, TooManyBodies } from "../request-body.ts";

/** AWS's largest API request here is a manifest of 4 MiB in a text of JSON; layers travel another way. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Reads a request to its end.
 * @throws {AwsError} for a body that is too large, too slow or compressed.
 * https://docs.aws.amazon.com/mgn/latest/APIReference/CommonErrors.html
 */
export async function readRequest(request: IncomingMessage, clock: Clock): Promise<HttpRequest> {
  const body = await bodyOf(request, clock);
  return { ...requestHead(request), body };
}

/** What is known of a request whose body is not read. */
export function requestHead(request: IncomingMessage): HttpRequest {
  const [path = "/", ...rest] = (request.url ?? "/").split("?");
  return {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(rest.join("?")),
    headers: headersOf(request),
    body: Buffer.alloc(0),
  };
}

async function bodyOf(request: IncomingMessage, clock: Clock): Promise<Buffer> {
  try {
    const body = await readBody(request, MAX_BODY_BYTES, clock);
    refuseCompressed(request);
    return body;
  } catch (error) {
    throw asAwsError(error);
  }
}

/** Nothing is expanded, so that nothing can expand beyond measure. No listed operation's client compresses. */
function refuseCompressed({ headers }: IncomingMessage): void {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return;
  const message = `The local cloud does not read bodies with the content encoding ${JSON.stringify(encoding)}.`;
  throw new AwsError("MalformedHttpRequestException", message, { status: 400 });
}

function asAwsError(error: unknown): unknown {
  if (error instanceof BodyTooLarge)
    return new AwsError("RequestEntityTooLargeException", error.message, { status: 413 });
  if (error instanceof BodyTooSlow) return new AwsError("RequestTimeoutException", error.message, { status: 408 });
  if (error instanceof TooManyBodies) return new AwsError("ServiceUnavailable", error.message, { status: 503 });
  return error;
}

/** Without a prototype: a request may ask for the header `constructor` (as a signed one), which no request has. */
function headersOf(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(",") : (value ?? ""),
  ]);
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
