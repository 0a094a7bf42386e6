/**
 * The answers that rules make without a target.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { generatedPage } from "./generated-answers.ts";
import { hostNameOf, pathOf, queryOf } from "./request-target.ts";

const SERVER = "awselb/2.0";
const KEYWORD = /#\{(protocol|host|port|path|query)\}/g;

export interface FixedResponse {
  readonly type: "fixed-response";
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Templates: `#{protocol}`, `#{host}`, `#{port}`, `#{path}` (without its slash) and `#{query}` are the request's own. */
export interface Redirect {
  readonly type: "redirect";
  readonly status: 301 | 302;
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

/** Texts are sent as UTF-8, and say so. */
export function answerFixed(response: ServerResponse, { status, contentType, body }: FixedResponse): void {
  const bytes = Buffer.from(body, "utf8");
  response.writeHead(status, {
    Server: SERVER,
    "Content-Type": `${contentType}; charset=utf-8`,
    "Content-Length": bytes.length,
  });
  response.end(bytes);
}

/** `Location` names the port always, as AWS's does. */
export function answerRedirect(request: IncomingMessage, response: ServerResponse, redirect: Redirect): void {
  const reason = STATUS_CODES[redirect.status] ?? "";
  const body = generatedPage(`${redirect.status} ${reason}`);
  response.writeHead(redirect.status, reason, {
    Server: SERVER,
    "Content-Type": "text/html",
    "Content-Length": Buffer.byteLength(body),
    Location: locationOf(request, redirect),
  });
  response.end(body);
}

/** `#{port}` is the port that the client used, the bound one, so that a redirect to it can be followed. */
function locationOf(request: IncomingMessage, { protocol, host, port, path, query }: Redirect): string {
  const own: Readonly<Record<string, string>> = {
    protocol: "HTTP",
    host: hostNameOf(request.headers.host ?? request.socket.localAddress),
    port: String(request.socket.localPort),
    path: pathOf(request.url).replace(/^\//, ""),
    query: queryOf(request.url),
  };
  const filled = (template: string) => template.replace(KEYWORD, (_, name) => own[name] ?? "");
  const search = filled(query);
  return `${filled(protocol).toLowerCase()}://${filled(host)}:${filled(port)}${filled(path)}${search === "" ? "" : `?${search}`}`;
}
