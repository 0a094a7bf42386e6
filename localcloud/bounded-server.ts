/** An HTTP server whose clients cannot hold it up: what is slow, idle or greedy loses its connection. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { Socket } from "node:net";

/** No client that is known sends a request before the answer to the one before. */
const MOST_UNANSWERED = 64;
const CHECK_EVERY_MS = 5_000;
/**
 * Between two requests. Longer than clients wait between two looks (5 and 15 s): one that sends its request in the
 * moment in which its connection is closed cannot tell whether it was carried out.
 */
const KEPT_MS = 20_000;
/** What an answered client may still send of its body. */
const LINGER_MS = 60_000;

export interface ServerBounds {
  /** Until the headers of a request are there, from the connection or the answer before. Milliseconds. */
  readonly headersMs: number;
  /** Without a byte in either direction, except while a whole request waits for its answer. Milliseconds. */
  readonly idleMs: number;
  /** The message that answers what could not be read as a request; Node's own where it is left out. */
  readonly refuse?: (code: string | undefined) => string;
}

/** A minute for headers, two without a byte. */
export const usualBounds: ServerBounds = { headersMs: 60_000, idleMs: 120_000 };

/**
 * @param options as Node's, e.g. `maxHeaderSize`; time for a whole request is not bounded unless `requestTimeout` says so,
 * because an upload that moves may take as long as it likes.
 */
export function boundedServer(listener: RequestListener, bounds: ServerBounds, options: ServerOptions = {}): Server {
  const { headersMs, idleMs, refuse } = bounds;
  const server = createServer({
    requestTimeout: 0,
    ...options,
    headersTimeout: headersMs,
    connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, headersMs),
  });
  const unanswered = new WeakMap<Socket, Set<ServerResponse>>();
  server.on("request", (request, response) => {
    const { socket } = request;
    const waiting = unanswered.get(socket) ?? new Set();
    unanswered.set(socket, waiting);
    // Each would have its own buffers at once, before a byte of the first answer is read.
    if (waiting.size >= MOST_UNANSWERED) return void socket.destroy();
    waiting.add(response);
    response.once("close", () => waiting.delete(response));
    response.once("finish", () => linger(request));
    listener(request, response);
  });
  server.timeout = idleMs;
  server.keepAliveTimeout = KEPT_MS;
  server.on("timeout", (socket) => {
    const [first] = unanswered.get(socket) ?? [];
    const ours = first?.req.complete === true && !first.headersSent;
    if (!ours) socket.destroy();
  });
  if (refuse === undefined) return server;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const [first] = socket instanceof Socket ? (unanswered.get(socket) ?? []) : [];
    if (!socket.writable || first?.headersSent === true) socket.destroy();
    else socket.end(refuse(error.code), () => socket.destroy());
  });
  return server;
}

/** What is left of a body is read and dropped, so that the connection stays usable; not for ever. */
function linger(request: IncomingMessage): void {
  if (request.complete) return;
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  const stop = () => {
    clearTimeout(timer);
    socket.off("close", stop);
  };
  // Not the request's own close, which comes with the answer: what it holds would stay for as long as the timer.
  socket.once("close", stop);
  request.once("end", stop);
}
