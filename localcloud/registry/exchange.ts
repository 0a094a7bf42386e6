/** One request to a repository, and the answers that several end points share. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { Repository } from "../services/ecr/repository.ts";
import type { EcrStore } from "../services/ecr/store.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly store: EcrStore;
  /** Real time: of clients, and of what they hold up. */
  readonly clock: Clock;
  readonly repository: Repository;
  /** A digest, tag or upload id, unchecked. */
  readonly reference: string;
}

export type Endpoint = (exchange: Exchange) => Promise<void> | void;

export type Headers = Readonly<Record<string, string | number>>;

/** An answer without a body. */
export function answer(response: ServerResponse, status: number, headers: Headers): void {
  response.writeHead(status, status === 204 ? headers : { ...headers, "Content-Length": 0 });
  response.end();
}

export function answerJson(response: ServerResponse, body: object, headers: Headers): void {
  const text = JSON.stringify(body);
  response.writeHead(200, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Absolute, as Amazon ECR's are: a client that cannot follow those must fail here, not there. */
export function location({ request, repository }: Exchange, path: string): string {
  return `http://${request.headers.host}/v2/${repository.settings.name}/${path}`;
}
