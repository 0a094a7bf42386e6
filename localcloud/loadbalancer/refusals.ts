/**
 * Requests that a load balancer does not forward: ambiguous ones, by which a client could have target and load balancer
 * take a message's end for different places, and what is beyond the quotas.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#load-balancer-http-error-codes
 */
import type { IncomingMessage } from "node:http";
import type { GeneratedStatus } from "./generated-answers.ts";

/** Quotas: a request line, a single header, and the addresses of X-Forwarded-For. */
const MAX_LINE_BYTES = 16 * 1024;
const MAX_FORWARDED_FOR = 30;

/** @returns the status of the load balancer's own answer; `undefined` for what may be forwarded. */
export function refusedStatus(request: IncomingMessage): GeneratedStatus | undefined {
  const { method = "", url = "", headers } = request;
  if (isAmbiguous(request)) return 400;
  if (`${method} ${url} HTTP/1.1`.length > MAX_LINE_BYTES) return 414;
  if (hasLongHeader(request)) return 400;
  if (method === "TRACE") return 405;
  if (![undefined, "chunked"].includes(headers["transfer-encoding"]?.toLowerCase())) return 501;
  if (forwardedFor(request).length > MAX_FORWARDED_FOR) return 463;
  return undefined;
}

/** Who is meant, or where the body ends, is said twice or in words of a later protocol (RFC 9112, sections 3.2 and 6.1). */
function isAmbiguous({ url = "", headers, headersDistinct, httpVersion }: IncomingMessage): boolean {
  const [host, another] = headersDistinct.host ?? [];
  if (another !== undefined) return true;
  if (httpVersion === "1.0" && headers["transfer-encoding"] !== undefined) return true;
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  return authority !== undefined && authority.toLowerCase() !== host?.toLowerCase();
}

function hasLongHeader({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.some(
    (name, index) => index % 2 === 0 && `${name}: ${rawHeaders[index + 1]}`.length > MAX_LINE_BYTES,
  );
}

function forwardedFor({ headersDistinct }: IncomingMessage): string[] {
  return (headersDistinct["x-forwarded-for"] ?? []).flatMap((value) => value.split(","));
}
