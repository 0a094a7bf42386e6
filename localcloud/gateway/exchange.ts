import type { OperationShapes, SchemaModule } from "../protocol/schemas.ts";
import type { HttpAnswer, HttpRequest, Wire } from "../protocol/wire.ts";
import type { Principal, Service } from "./service.ts";

/** One AWS API call on its way through the chain; each handler fills in what it found out. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly requestId: string;
  target?: Target;
  principal?: Principal;
  input?: unknown;
  errorCode?: string;
  /** The kinds of the faults that met the call, in their order. */
  faults?: readonly string[];
}

/** What the call is for. */
export interface Target {
  readonly service: Service;
  readonly region: string;
  readonly wire: Wire;
  readonly operation: string;
  readonly module: SchemaModule;
  readonly shapes: OperationShapes;
}

/** A link of the chain: answers itself, or asks the `next` one. `undefined` is no answer: the connection is reset. */
export type Handler = (
  exchange: Exchange,
  next: () => Promise<HttpAnswer | undefined>,
) => Promise<HttpAnswer | undefined>;

/** The request's path through the local cloud is this one ordered list. */
export function chain(handlers: readonly Handler[]): (exchange: Exchange) => Promise<HttpAnswer | undefined> {
  const run = (exchange: Exchange, index: number): Promise<HttpAnswer | undefined> => {
    const handler = handlers[index];
    if (handler === undefined) throw new Error("The last handler of the chain must answer.");
    return handler(exchange, () => run(exchange, index + 1));
  };
  return (exchange) => run(exchange, 0);
}
