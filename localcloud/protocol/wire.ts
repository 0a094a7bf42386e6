/** A wire protocol: how a request is read and how an answer or an error is written. One file each beside this one. */
import type { AwsError } from "./aws-error.ts";
import type { UnknownMembers } from "./decode.ts";
import type { OperationShapes, SchemaModule } from "./schemas.ts";

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names; a header that came more than once is joined with `,`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Wire {
  /** The operation that the request names, or `undefined` where it names none. */
  operation(request: HttpRequest): string | undefined;
  /** @throws {AwsError} where the body does not fit the operation's input. */
  readInput(request: HttpRequest, shapes: OperationShapes, unknownMembers: UnknownMembers): unknown;
  writeOutput(output: object, shapes: OperationShapes, requestId: string): HttpAnswer;
  writeError(error: AwsError, module: SchemaModule, requestId: string): HttpAnswer;
}
