import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { boundedServer, type ServerBounds } from "../bounded-server.ts";
import type { Clock } from "../clock.ts";
import { Exchange } from "./exchange.ts";
import { answerItself, generatedMessage, refuseWebSocket } from "./generated-answers.ts";
import { requestHeaders } from "./headers.ts";
import { bind } from "./ports.ts";
import { refusedStatus } from "./refusals.ts";
import type { Router } from "./routes.ts";
import { answerFixed, answerRedirect } from "./rule-answers.ts";
import type { TargetGroup } from "./target-group.ts";
import { defaultTrafficSettings, type TrafficSettings } from "./traffic-settings.ts";

/** The quota "entire request header" of an Application Load Balancer. */
const MAX_REQUEST_HEADER_BYTES = 64 * 1024;

const BOUNDS: ServerBounds = {
  headersMs: defaultTrafficSettings.idleTimeoutMs,
  idleMs: defaultTrafficSettings.idleTimeoutMs,
  refuse: (code) => generatedMessage(code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400),
};
/** The exchange's own idle timeout answers 504 first. */
const IDLE_MARGIN_MS = 1_000;

/**
 * A listener that carries traffic: HTTP/1.1 on 127.0.0.1, each request to where its rules lead.
 * `Expect: 100-continue` is answered at once, as AWS does. WebSockets, which AWS carries, are refused by name; any other
 * upgrade (h2c) is left out, and its request an ordinary one (RFC 9110, section 7.8).
 */
export class HttpListener {
  /** Decides for every request that begins from now on. */
  route: Router;
  #boundPort = 0;
  readonly #server: Server;
  readonly #deadlines: Clock;
  #settings: TrafficSettings = defaultTrafficSettings;

  private constructor(server: Server, route: Router, deadlines: Clock) {
    this.#server = server;
    this.route = route;
    this.#deadlines = deadlines;
    this.settings = defaultTrafficSettings;
  }

  /** @param ports to try one after the other; the first that is free is taken. */
  static async open(ports: Iterable<number>, route: Router, deadlines: Clock): Promise<HttpListener> {
    const server = boundedServer((request, response) => serving.#serve(request, response), BOUNDS, {
      maxHeaderSize: MAX_REQUEST_HEADER_BYTES,
    });
    server.on("connect", (_request, socket) => void socket.on("error", () => {}).end(generatedMessage(400)));
    const serving = new HttpListener(server, route, deadlines);
    serving.#boundPort = await bind(server, ports);
    return serving;
  }

  get boundPort(): number {
    return this.#boundPort;
  }

  get settings(): TrafficSettings {
    return this.#settings;
  }

  /** Count for every request that begins from now on. */
  set settings(settings: TrafficSettings) {
    this.#settings = settings;
    this.#server.keepAliveTimeout = settings.idleTimeoutMs;
    this.#server.timeout = settings.idleTimeoutMs + IDLE_MARGIN_MS;
  }

  /** Ends the listener, its connections and the requests under way. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const refused = refusedStatus(request);
    if (refused !== undefined) {
      answerItself(response, refused);
      return;
    }
    if (request.headers.upgrade?.toLowerCase() === "websocket") {
      refuseWebSocket(response);
      return;
    }
    const destination = this.route(request);
    if (destination.type === "fixed-response") answerFixed(response, destination);
    else if (destination.type === "redirect") answerRedirect(request, response, destination);
    else this.#forward(request, response, destination.group);
  }

  #forward(request: IncomingMessage, response: ServerResponse, group: TargetGroup | undefined): void {
    const target = group?.next();
    if (target === undefined) {
      answerItself(response, 503);
      return;
    }
    const deadlines = this.#deadlines;
    const headers = requestHeaders(request, deadlines.now(), this.#settings);
    const { idleTimeoutMs } = this.#settings;
    new Exchange(request, response, { target, headers, deadlines, idleTimeoutMs }).start();
  }
}
