import { type ClientRequest, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../clock.ts";
import { answerItself, type GeneratedStatus } from "./generated-answers.ts";
import { hasBody, type RawHeaders, responseHeaders } from "./headers.ts";
import { IdleTimer } from "./idle-timer.ts";
import type { InFlight, RegisteredTarget } from "./registered-target.ts";
import { originForm } from "./request-target.ts";

/** "The connection timeout (10 seconds)": the troubleshooting page, HTTP 504. */
const CONNECT_TIMEOUT_MS = 10_000;
/** The quota "entire response header" of an Application Load Balancer. */
const MAX_RESPONSE_HEADER_BYTES = 32 * 1024;

const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/**
 * One request's way to a target and the answer's way back, both streamed with back-pressure.
 *
 * What goes wrong before the target's headers are here becomes the load balancer's own 502 or 504, afterwards a broken
 * connection. Nothing is sent twice, with one exception: a target may close a kept connection in the moment in which
 * it is used again. AWS answers 502 in that race (its window is a packet's way; the window here, on one event loop
 * beside everything else, would be far wider), so a request without a body and with an idempotent method that fails
 * on a reused connection before a byte of an answer goes out once more on a fresh one (RFC 9112, section 9.3.1).
 */
export class Exchange implements InFlight {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #target: RegisteredTarget;
  readonly #headers: RawHeaders;
  readonly #deadlines: Clock;
  readonly #idle: IdleTimer;
  #upstream: ClientRequest | undefined;
  #answer: IncomingMessage | undefined;
  #bodyBegan = false;
  #over = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    to: { target: RegisteredTarget; headers: RawHeaders; deadlines: Clock; idleTimeoutMs: number },
  ) {
    this.#request = request;
    this.#response = response;
    this.#target = to.target;
    this.#headers = to.headers;
    this.#deadlines = to.deadlines;
    this.#idle = new IdleTimer(to.deadlines, to.idleTimeoutMs, () => this.#fail(504));
  }

  start(): void {
    this.#target.inFlight.add(this);
    this.#response.once("close", () => this.#end());
    // A client that goes away shows as the response's close; without a listener its error would end the process.
    this.#request.on("error", () => {});
    this.#idle.start();
    const upstream = this.#open(true);
    if (!hasBody(this.#request)) return void upstream.end();
    this.#request.on("data", () => this.#idle.touch());
    this.#request.pipe(upstream);
  }

  abort(): void {
    this.#fail(502);
  }

  #open(pooled: boolean): ClientRequest {
    const upstream = httpRequest({
      host: this.#target.id,
      port: this.#target.port,
      method: this.#request.method ?? "GET",
      path: originForm(this.#request.url),
      headers: this.#headers,
      agent: pooled ? this.#target.connections : false,
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
    });
    this.#upstream = upstream;
    // Their bytes are bounded; Node would leave out what is beyond a number, such as where the body ends.
    upstream.maxHeadersCount = 0;
    let readBefore = 0;
    upstream.on("socket", (socket) => {
      readBefore = socket.bytesRead;
      if (socket.connecting) this.#limitConnecting(socket);
    });
    upstream.on("response", (answer) => this.#relay(answer));
    upstream.on("error", () => {
      // What comes after a whole answer is no part of it.
      if (this.#answer?.complete === true) return;
      const unread = upstream.socket === null || upstream.socket.bytesRead === readBefore;
      if (pooled && upstream.reusedSocket && unread && this.#mayRepeat()) this.#open(false).end();
      else this.#fail(502);
    });
    // A target that answers 101 to a request that asked for no upgrade closes without an error or a response.
    upstream.on("close", () => {
      if (upstream === this.#upstream && this.#answer === undefined) this.#fail(502);
    });
    return upstream;
  }

  #limitConnecting(socket: Socket): void {
    const cancel = this.#deadlines.after(CONNECT_TIMEOUT_MS, () => this.#fail(504));
    socket.once("connect", cancel).once("close", cancel);
  }

  #mayRepeat(): boolean {
    return !this.#over && !hasBody(this.#request) && IDEMPOTENT.has(this.#request.method ?? "");
  }

  #relay(answer: IncomingMessage): void {
    if (this.#over) return void answer.destroy();
    this.#answer = answer;
    this.#idle.touch();
    answer.on("data", () => {
      this.#bodyBegan = true;
      this.#idle.touch();
    });
    // Broken off in the middle: the client must not take what it has for the whole.
    answer.on("error", () => this.#response.destroy());
    if (!this.#begin(answer)) return void answer.destroy();
    answer.pipe(this.#response);
    // Headers travel with the body's first bytes, unless these are not here yet (server-sent events, slow bodies).
    setImmediate(() => {
      if (!this.#bodyBegan && !this.#over && !this.#response.writableEnded) this.#response.flushHeaders();
    });
  }

  /** A target can send what must not be passed on: a status that is none, a reason with control characters. */
  #begin(answer: IncomingMessage): boolean {
    try {
      this.#response.writeHead(answer.statusCode ?? 0, answer.statusMessage, responseHeaders(answer));
      return true;
    } catch {
      this.#fail(502);
      return false;
    }
  }

  #fail(status: GeneratedStatus): void {
    if (this.#over) return;
    if (this.#response.headersSent) this.#response.destroy();
    else answerItself(this.#response, status);
    this.#end();
  }

  /** The client has its answer, or is gone. */
  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#idle.stop();
    this.#target.inFlight.delete(this);
    const upstream = this.#upstream;
    const wholeAnswer = this.#answer?.complete === true && upstream?.writableFinished === true;
    if (wholeAnswer) return;
    // What the client still sends is read and dropped, so that its connection stays usable.
    if (upstream !== undefined) this.#request.unpipe(upstream);
    this.#request.resume();
    upstream?.destroy();
  }
}
