import type { IncomingMessage } from "node:http";
import type { HttpRequest } from "../protocol/wire.ts";

/** AWS's largest API request here is a batch of log events, 1 MiB; layers travel another way. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export class RequestTooLarge extends Error {}

/** @throws {RequestTooLarge} as soon as the body is larger than any API request may be. */
export async function readRequest(request: IncomingMessage): Promise<HttpRequest> {
  const [path = "/", ...rest] = (request.url ?? "/").split("?");
  const query = rest.join("?");
  return {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers: headersOf(request),
    body: await readBody(request),
  };
}

/** Without a prototype: a request may ask for the header `constructor` (as a signed one), which no request has. */
function headersOf(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(",") : (value ?? ""),
  ]);
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new RequestTooLarge(`The request's body is larger than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
