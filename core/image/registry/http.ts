import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as plainRequest,
} from "node:http";
import { request as tlsRequest } from "node:https";
import type { Readable } from "node:stream";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  /** Opened once the connection is being written; sent with the Content-Length of the headers. */
  readonly body?: (() => Readable) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Must be read or destroyed. */
  readonly body: IncomingMessage;
}

/** A connection over which nothing moves for so long is given up. */
const idleMs = 60_000;

/**
 * One HTTP exchange with flat memory in both directions. Not `fetch`, which sends a stream without its length, and
 * registries want the length.
 *
 * @throws {Error} Node's connection errors; the signal's reason
 */
export function exchange({ method, url, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const send = url.protocol === "https:" ? tlsRequest : plainRequest;
    const sending = send(url, { method, headers, ...(signal === undefined ? {} : { signal }) });
    const source = body?.();
    const fail = (error: Error) => {
      source?.destroy();
      sending.destroy();
      reject(signal?.aborted === true ? signal.reason : error);
    };
    sending.setTimeout(idleMs, () => fail(new Error(`nothing was sent or received for ${idleMs / 1_000} s`)));
    sending.once("response", (answer) => {
      // An answer before the whole body was sent means that the rest is not wanted.
      source?.destroy();
      answer.once("close", () => {
        if (!sending.writableFinished) sending.destroy();
      });
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
    });
    // Stays for errors after the answer, of which the body's reader learns by itself.
    sending.on("error", fail);
    source?.once("error", fail);
    if (source === undefined) sending.end();
    else source.pipe(sending);
  });
}

/**
 * A small answer's text.
 *
 * @throws {Error} where it is larger than `limitBytes`
 */
export async function readText(body: IncomingMessage, limitBytes: number): Promise<string> {
  return (await readBytes(body, limitBytes)).toString("utf8");
}

export async function readBytes(body: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw new Error(`the answer is larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
