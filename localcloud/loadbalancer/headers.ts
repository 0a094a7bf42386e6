/**
 * Which headers pass the load balancer and which it adds. Names keep the case and order in which they came.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 */
import type { IncomingMessage } from "node:http";
import { traceId } from "./trace-id.ts";
import type { TrafficSettings } from "./traffic-settings.ts";

/** They speak of one connection, not of the message (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Replaced by the load balancer's own. It answers `Expect: 100-continue` itself and does not forward it. */
const REPLACED = new Set(["expect", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"]);

/** A sender may not have these removed by naming them in `Connection`: they say who is meant and where a body ends. */
const NOT_REMOVABLE = new Set(["content-length", "host"]);

/** Name, value, name, value …, as node:http takes and gives them. */
export type RawHeaders = string[];

/** A message's headers without those of its connection. */
function endToEndHeaders(message: IncomingMessage, drop?: ReadonlySet<string>): RawHeaders {
  const named = namedInConnection(message.headers.connection);
  const raw = message.rawHeaders;
  const kept: RawHeaders = [];
  for (let i = 0; i < raw.length; i += 2) {
    const [name = "", value = ""] = [raw[i], raw[i + 1]];
    const key = name.toLowerCase();
    if (!HOP_BY_HOP.has(key) && !drop?.has(key) && !named?.has(key)) kept.push(name, value);
  }
  return kept;
}

const LENGTH: ReadonlySet<string> = new Set(["content-length"]);

/**
 * What the client gets of a target's answer. One of 204 has no body, whatever its headers say.
 * @throws {Error} for a body that is encoded in a way which the client would not be told of.
 */
export function responseHeaders(answer: IncomingMessage): RawHeaders {
  const encoding = answer.headers["transfer-encoding"]?.toLowerCase() ?? "chunked";
  if (encoding !== "chunked") throw new Error(`The target answered with the transfer encoding ${encoding}.`);
  return endToEndHeaders(answer, answer.statusCode === 204 ? LENGTH : undefined);
}

/** What the target gets: the client's headers, Host unchanged, with those that tell it of the client. */
export function requestHeaders(request: IncomingMessage, now: number, settings: TrafficSettings): RawHeaders {
  const { socket, headers } = request;
  const kept = endToEndHeaders(request, REPLACED);
  // HTTP/1.0 clients may leave Host out; a target that speaks HTTP/1.1 must not get a request without it.
  if (headers.host === undefined) kept.push("Host", `${socket.localAddress}:${socket.localPort}`);
  const forwardedFor = forwardedForOf(request, settings);
  if (forwardedFor !== undefined) kept.push("X-Forwarded-For", forwardedFor);
  kept.push(
    "X-Forwarded-Proto",
    "http",
    "X-Forwarded-Port",
    // The port that the client used. It is the bound one, so that links made from it can be opened.
    String(socket.localPort),
    "X-Amzn-Trace-Id",
    traceId(joined(headers["x-amzn-trace-id"]), now),
  );
  return kept.concat(framing(request));
}

/** Whether a request brings a body (RFC 9112, section 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** How the body's end is told to the target: as the client told it, and as "empty" where the client said nothing. */
function framing({ headers, method }: IncomingMessage): RawHeaders {
  if (headers["transfer-encoding"] !== undefined) return ["Transfer-Encoding", "chunked"];
  const silent =
    headers["content-length"] === undefined && (method === "POST" || method === "PUT" || method === "PATCH");
  return silent ? ["Content-Length", "0"] : [];
}

function namedInConnection(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === "keep-alive" || connection === "close") return undefined;
  const names = connection.split(",").map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => !NOT_REMOVABLE.has(name)));
}

function forwardedForOf(
  { headers, socket }: IncomingMessage,
  { forwardedFor, forwardsClientPort }: TrafficSettings,
): string | undefined {
  if (forwardedFor === "remove") return undefined;
  if (forwardedFor === "preserve") return joined(headers["x-forwarded-for"]);
  const address = socket.remoteAddress ?? "unknown";
  return appended(headers["x-forwarded-for"], forwardsClientPort ? `${address}:${socket.remotePort}` : address);
}

function appended(before: string | string[] | undefined, address: string): string {
  const list = joined(before);
  return list === undefined || list === "" ? address : `${list}, ${address}`;
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
