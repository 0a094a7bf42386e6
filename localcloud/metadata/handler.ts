/**
 * The task metadata endpoint, version 4, on the local cloud's own port: a container asks at
 * `ECS_CONTAINER_METADATA_URI_V4`, which ends in `/v4/TOKEN`. The token stands for the container, and is its secret.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { containerDocument, taskDocument } from "./documents.ts";
import type { TaskMetadata } from "./task-metadata.ts";

/** What is answered: the status, and what is written as JSON. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Handles everything under `/v4/`. Statistics and tags are not there: 404.
 * @param lookup the task that the token's container belongs to, `undefined` for a token that stands for none.
 */
export function metadataHandler(
  lookup: (token: string) => TaskMetadata | undefined,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { status, body } = answer(request, lookup);
    const text = JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    response.end(text);
  };
}

function answer(request: IncomingMessage, lookup: (token: string) => TaskMetadata | undefined): Answer {
  const [path = ""] = (request.url ?? "").split("?", 1);
  const [, token, task] = /^\/v4\/([^/]+)(\/task)?\/?$/.exec(path) ?? [];
  if (request.method !== "GET" || token === undefined) return { status: 404, body: "404 page not found" };
  const wanted = task === undefined ? "container" : "task";
  const found = lookup(token);
  if (found === undefined) return unknownToken(wanted, token);
  if (wanted === "task") return { status: 200, body: taskDocument(found) };
  const container = found.containers.find(({ name }) => name === found.containerName);
  return container === undefined
    ? unknownToken(wanted, token)
    : { status: 200, body: containerDocument(container, found) };
}

/** In the words of the ECS agent. */
function unknownToken(wanted: "container" | "task", token: string): Answer {
  const [id, what] = wanted === "task" ? ["task ARN", "task Arn"] : ["container ID", "docker ID"];
  const reason = `unable to get ${id} from request: unable to get ${what} from v3 endpoint ID: ${token}`;
  return { status: 404, body: `V4 ${wanted} metadata handler: ${reason}` };
}
