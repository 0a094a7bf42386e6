/** For tests: what plays a Docker engine, by a table of answers. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { EngineAddress } from "./endpoint.ts";

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** Text that is sent as it is, instead of `body` as JSON. */
  readonly text?: string;
}

export interface PlayedEngine {
  readonly address: Extract<EngineAddress, { port: number }>;
  /** `METHOD /path?query`, without the version, in the order in which they came. */
  readonly calls: string[];
}

/** Answers `METHOD /path` as the table says; 404 with the engine's words for what it does not have. */
export async function playEngine(
  answers: Readonly<Record<string, Answer | ((request: IncomingMessage) => Answer | Promise<Answer>)>>,
  apiVersion = "1.45",
): Promise<PlayedEngine> {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const url = (request.url ?? "").replace(/^\/v\d+\.\d+/, "");
    const call = `${request.method} ${url}`;
    if (url !== "/_ping") calls.push(call);
    const [path = ""] = call.split("?", 1);
    const given = path === "GET /_ping" ? {} : (answers[path] ?? { status: 404, body: { message: `no ${path}` } });
    const { status = 200, body, text } = typeof given === "function" ? await given(request) : given;
    response.writeHead(status, { "api-version": apiVersion });
    response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { address: { host: "127.0.0.1", port: (server.address() as AddressInfo).port }, calls };
}
