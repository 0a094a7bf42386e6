/** The Docker Engine API, as far as running containers needs it. https://docs.docker.com/reference/api/engine/ */
import { Agent, type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";
import * as v from "valibot";
import type { EngineAddress } from "./endpoint.ts";

/** Docker 20.10; an older engine is not used. */
const OLDEST_VERSION = "1.41";
/** What this client was written for: a newer engine is spoken to in this version. */
const NEWEST_VERSION = "1.45";
const PING_TIMEOUT_MS = 1000;
/** An answer that is read into memory; an engine's lists are far smaller. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** What the engine refused, or `status` 0 where it could not be reached. */
export class EngineError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }

  /** As the ECS agent passes on what the engine, or the way to it, says. */
  get inAgentsWords(): string {
    return this.status === 0 ? this.message : `Error response from daemon: ${this.message}`;
  }
}

/** A list is sent as its name once per value. */
type EngineQuery = Readonly<Record<string, string | readonly string[]>>;

export interface EngineCall {
  readonly query?: EngineQuery;
  /** An object is sent as JSON, a stream as a tar archive. */
  readonly body?: object | Readable;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export class Engine {
  readonly address: EngineAddress;
  readonly #version: string;
  // Many calls are long (a wait, an attach, a pull), and each of these needs a connection of its own.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 8 });

  private constructor(address: EngineAddress, version: string) {
    this.address = address;
    this.#version = version;
  }

  /**
   * The engine at an address, which must answer within a second.
   * @throws {EngineError} where it does not, or is too old.
   */
  static async connect(address: EngineAddress): Promise<Engine> {
    const ping = new Engine(address, "");
    try {
      const answer = await ping.#send("GET", "/_ping", { signal: AbortSignal.timeout(PING_TIMEOUT_MS) });
      answer.resume();
      const version = String(answer.headers["api-version"] ?? "");
      if (answer.statusCode !== 200 || !/^\d+\.\d+$/.test(version))
        throw new EngineError(answer.statusCode ?? 0, `what answers at ${addressText(address)} is no Docker engine`);
      if (isOlder(version, OLDEST_VERSION))
        throw new EngineError(0, `the engine's API is ${version}, older than ${OLDEST_VERSION}`);
      return new Engine(address, isOlder(version, NEWEST_VERSION) ? version : NEWEST_VERSION);
    } finally {
      ping.close();
    }
  }

  /** Calls and checks the answer. @throws {EngineError} in the engine's words. */
  async json<T extends v.GenericSchema>(
    schema: T,
    method: string,
    path: string,
    call?: EngineCall,
  ): Promise<v.InferOutput<T>> {
    const text = await readAll(await this.stream(method, path, call));
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
    if (!parsed.success)
      throw new EngineError(0, `${method} ${path} answered what it should not: ${v.summarize(parsed.issues)}`);
    return parsed.output;
  }

  /** Calls where only success counts. @throws {EngineError} in the engine's words. */
  async call(method: string, path: string, call?: EngineCall): Promise<void> {
    await readAll(await this.stream(method, path, call));
  }

  /** The body of the answer as it comes. @throws {EngineError} in the engine's words. */
  async stream(method: string, path: string, call: EngineCall = {}): Promise<IncomingMessage> {
    const answer = await this.#send(method, `/v${this.#version}${path}${queryText(call.query)}`, call);
    const { statusCode = 0 } = answer;
    if (statusCode < 400) return answer;
    throw new EngineError(statusCode, messageIn(await readAll(answer)));
  }

  /** Lets idle connections go. */
  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, { body, headers, signal }: EngineCall): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = request({
        ...this.address,
        agent: this.#agent,
        method,
        path,
        headers: { host: "docker", ...contentType(body), ...headers },
        ...(signal === undefined ? {} : { signal }),
      });
      sent.once("response", resolve);
      sent.once("error", (error) => reject(new EngineError(0, unreachable(error, this.address), { cause: error })));
      if (isStream(body)) body.once("error", (error) => sent.destroy(error)).pipe(sent);
      else sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** As DOCKER_HOST has it. */
export function addressText(address: EngineAddress): string {
  return "socketPath" in address ? `unix://${address.socketPath}` : `tcp://${address.host}:${address.port}`;
}

function unreachable(error: Error, address: EngineAddress): string {
  return `Cannot connect to the Docker daemon at ${addressText(address)}: ${error.message}`;
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split(".").map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}

function isStream(body: object | undefined): body is Readable {
  return body !== undefined && "pipe" in body;
}

function contentType(body: object | undefined): Record<string, string> {
  if (body === undefined) return {};
  return { "content-type": isStream(body) ? "application/x-tar" : "application/json" };
}

function queryText(query: EngineQuery | undefined): string {
  if (query === undefined) return "";
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  return `?${new URLSearchParams(pairs)}`;
}

async function readAll(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > MAX_ANSWER_BYTES) throw new EngineError(0, `the engine answered more than ${MAX_ANSWER_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(0, error instanceof Error ? error.message : String(error), { cause: error });
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** `{"message": …}`, as the engine says everything that it refuses. */
function messageIn(text: string): string {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.object({ message: v.string() })), text);
  return parsed.success ? parsed.output.message : text.trim();
}
