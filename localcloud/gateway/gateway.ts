/** The one port of all APIs: AWS's own by signature, the image registry and the task metadata by path. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { boundedServer, usualBounds } from "../bounded-server.ts";
import type { Clock } from "../clock.ts";
import { AwsError } from "../protocol/aws-error.ts";
import type { UnknownMembers } from "../protocol/decode.ts";
import type { HttpAnswer, HttpRequest } from "../protocol/wire.ts";
import { chain } from "./exchange.ts";
import { Faults } from "./faults/faults.ts";
import { foreign } from "./foreign.ts";
import { readRequest, requestHead } from "./http.ts";
import { identify, wireByLooks } from "./identify.ts";
import { answerErrors, callOperation } from "./invoke.ts";
import { Journal } from "./journal.ts";
import { answerOwnPage, type OwnPage, ownPageError } from "./own-pages.ts";
import type { Service } from "./service.ts";
import { type AccessKeys, verifySignature } from "./sigv4.ts";

type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface GatewayOptions {
  readonly services: readonly Service[];
  /** Handlers by the first segment of the path, e.g. `v2` for the image registry. */
  readonly mounts: Readonly<Record<string, HttpHandler>>;
  /** By method and path, e.g. `GET /_localcloud/listeners`; the journal's is there already. */
  readonly ownPages: ReadonlyMap<string, OwnPage>;
  readonly keys: AccessKeys;
  /** Real time: clients sign with it. */
  readonly clock: Clock;
  /** The time of the services' answers, which may run faster. `clock` where it is left out. */
  readonly serviceClock?: Clock;
  readonly unknownMembers: UnknownMembers;
  /** Called with what no operation should throw. */
  readonly onBug: (error: unknown, what: string) => void;
}

export interface Gateway {
  /** Starts to listen on 127.0.0.1; 0 is any free port. @returns the port. */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

export function gateway(options: GatewayOptions): Gateway {
  const journal = new Journal(options.clock);
  const faults = new Faults(options.clock, options.serviceClock ?? options.clock);
  const pages = new Map<string, OwnPage>([
    ["GET /_localcloud/journal", () => ({ calls: journal.entries() })],
    ...faults.pages(options.services),
    ...options.ownPages,
  ]);
  // A map, not an object: a path such as `/constructor` must not find what every object has.
  const mounts = new Map<string, HttpHandler>([...Object.entries(options.mounts), ["_localcloud", serveOwnPages]]);
  const handle = chain([
    journal.handler,
    answerErrors((error, { target }) => options.onBug(error, `${target?.service.signingName}:${target?.operation}`)),
    identify(new Map(options.services.map((service) => [service.signingName, service]))),
    faults.handler,
    verifySignature(options.keys, options.clock),
    faults.authorisation,
    callOperation(options.unknownMembers),
  ]);
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch((error) => {
      // The client went away in the middle; there is nobody to tell.
      if (request.destroyed && !request.complete) return;
      options.onBug(error, `${request.method} ${request.url}`);
      if (response.headersSent) response.destroy();
      else send(response, plain(500, "The local cloud failed on this request; its own log says why.\n"));
    });
  };
  // A large layer on a slow disk takes longer than Node's default of five minutes.
  const server = boundedServer(listener, usualBounds, { requestTimeout: 30 * 60_000 });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = foreign(request);
    if (refusal !== undefined) return send(response, plain(403, `${refusal}\n`));
    const mount = mounts.get(request.url?.split(/[/?]/, 2)[1] ?? "");
    if (mount !== undefined) return mount(request, response);
    await serveApi(request, response);
  }

  function serveApi(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    return answerWhole(request, response, {
      answer: (read) => handle({ request: read, requestId }),
      refuse: (error, head) => wireByLooks(head).writeError(error, {}, requestId),
    });
  }

  function serveOwnPages(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return answerWhole(request, response, {
      answer: async (read) => answerOwnPage(read, pages),
      refuse: ownPageError,
    });
  }

  /** Reads the whole request before it is answered. */
  async function answerWhole(
    request: IncomingMessage,
    response: ServerResponse,
    { answer, refuse }: WholeAnswers,
  ): Promise<void> {
    let read: HttpRequest;
    try {
      read = await readRequest(request, options.clock);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // Where the next request would begin is not known.
      response.setHeader("connection", "close");
      return send(response, refuse(error, requestHead(request)));
    }
    const answered = await answer(read);
    if (answered === undefined) request.socket.resetAndDestroy();
    else send(response, answered);
  }

  return { listen: (port) => listen(server, port), close: () => close(server) };
}

/** How a request is answered that was read to its end, and how one that could not be. */
interface WholeAnswers {
  readonly answer: (request: HttpRequest) => Promise<HttpAnswer | undefined>;
  readonly refuse: (error: AwsError, head: HttpRequest) => HttpAnswer;
}

function plain(status: number, body: string): HttpAnswer {
  return { status, headers: { "content-type": "text/plain" }, body };
}

function send(response: ServerResponse, answer: HttpAnswer): void {
  response.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
