import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { Exchange } from "./exchange.ts";
import { answerItself, refuseWebSocket } from "./generated-answers.ts";
import { requestHeaders } from "./headers.ts";
import { bind } from "./ports.ts";
import { pathOf } from "./request-target.ts";
import type { Router } from "./routes.ts";

/** `idle_timeout.timeout_seconds`, its default, between two requests of a client. */
const CLIENT_IDLE_TIMEOUT_MS = 60_000;
/** The quota "entire request header" of an Application Load Balancer. */
const MAX_REQUEST_HEADER_BYTES = 64 * 1024;

/**
 * A listener that carries traffic: HTTP/1.1 on 127.0.0.1, each request to the target group that its path leads to.
 * `Expect: 100-continue` is answered at once, as AWS does. WebSockets, which AWS carries, are refused by name; any other
 * upgrade (h2c) is left out, and its request an ordinary one (RFC 9110, section 7.8).
 */
export class HttpListener {
  /** Decides for every request that begins from now on. */
  route: Router;
  readonly boundPort: number;
  readonly #server: Server;

  private constructor(server: Server, boundPort: number, route: Router) {
    this.#server = server;
    this.boundPort = boundPort;
    this.route = route;
  }

  /** @param ports to try one after the other; the first that is free is taken. */
  static async open(ports: Iterable<number>, route: Router, deadlines: Clock): Promise<HttpListener> {
    const server = createServer({
      keepAliveTimeout: CLIENT_IDLE_TIMEOUT_MS,
      maxHeaderSize: MAX_REQUEST_HEADER_BYTES,
      // An upload may take as long as it likes while it moves: the exchange's idle timeout watches it.
      requestTimeout: 0,
    });
    const listener = new HttpListener(server, await bind(server, ports), route);
    server.on("request", (request, response) => listener.#serve(request, response, deadlines));
    return listener;
  }

  /** Ends the listener, its connections and the requests under way. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #serve(request: IncomingMessage, response: ServerResponse, deadlines: Clock): void {
    if (request.headers.upgrade?.toLowerCase() === "websocket") {
      refuseWebSocket(response);
      return;
    }
    const target = this.route(pathOf(request.url))?.next();
    if (target === undefined) answerItself(response, 503);
    else {
      const headers = requestHeaders(request, deadlines.now());
      new Exchange(request, response, { target, headers, deadlines }).start();
    }
  }
}
