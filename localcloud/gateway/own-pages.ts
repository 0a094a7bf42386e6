/** What AWS does not have: the local cloud's own pages, under `/_localcloud/`. JSON both ways. */
import { AwsError } from "../protocol/aws-error.ts";
import type { HttpAnswer, HttpRequest } from "../protocol/wire.ts";

/** Takes the request's body, parsed (undefined where there is none); throws {@link AwsError} for what it cannot take. */
export type OwnPage = (body: unknown) => object;

/** @param pages by method and path: `GET /_localcloud/journal`. */
export function answerOwnPage(request: HttpRequest, pages: ReadonlyMap<string, OwnPage>): HttpAnswer {
  const page = pages.get(`${request.method} ${request.path}`);
  if (page === undefined) return json(404, { message: `There is only: ${[...pages.keys()].join(", ")}.` });
  try {
    return json(200, page(parsed(request.body)));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return ownPageError(error);
  }
}

export function ownPageError({ status = 400, code, message }: AwsError): HttpAnswer {
  return json(status, { code, message });
}

function parsed(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "The request's body is not JSON.");
  }
}

function json(status: number, body: object): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
