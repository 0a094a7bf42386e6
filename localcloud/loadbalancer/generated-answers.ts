/**
 * The answers that the load balancer makes itself, those that AWS's makes too byte for byte.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#load-balancer-http-error-codes
 */
import type { ServerResponse } from "node:http";

const REASONS = {
  400: "Bad Request",
  405: "Not Allowed",
  408: "Request Time-out",
  414: "Request-URI Too Large",
  463: "",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
} as const;

export type GeneratedStatus = keyof typeof REASONS;

export function generatedBody(status: GeneratedStatus): string {
  return generatedPage(`${status} ${REASONS[status]}`.trimEnd());
}

export function generatedPage(title: string): string {
  return [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
}

/** The whole answer, for a connection on which no request could be read. */
export function generatedMessage(status: GeneratedStatus): string {
  const body = generatedBody(status);
  const headers = ["Server: awselb/2.0", "Content-Type: text/html", `Content-Length: ${Buffer.byteLength(body)}`];
  return [`HTTP/1.1 ${status} ${REASONS[status]}`, ...headers, "Connection: close", "", body].join("\r\n");
}

/** Answers in the load balancer's own name. */
export function answerItself(response: ServerResponse, status: GeneratedStatus): void {
  const body = generatedBody(status);
  response.writeHead(status, REASONS[status], {
    Server: "awselb/2.0",
    "Content-Type": "text/html",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** No answer of AWS's, whose load balancers carry WebSockets. */
export function refuseWebSocket(response: ServerResponse): void {
  response.writeHead(501, { "Content-Type": "text/plain", Connection: "close" });
  response.end("The local cloud's load balancer does not carry WebSockets.\n");
}
