/** For tests: the registry on a real port, and a client that is logged in. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { digestOf } from "../services/ecr/digest.ts";
import { openTestStore, type TestStore } from "../services/ecr/store.fixture.ts";
import { registryHandler } from "./handler.ts";

export interface TestRegistry extends TestStore {
  readonly host: string;
  /** `Basic …` of a token that was just handed out. */
  readonly authorization: string;
  /** What the handler threw: nothing, where a test does not expect it. */
  readonly defects: unknown[];
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** POST and PUT. @returns the digest. */
  pushBlob(repository: string, bytes: Uint8Array): Promise<string>;
}

interface CallOptions {
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | string;
  readonly headers?: Record<string, string>;
}

export async function startTestRegistry(): Promise<TestRegistry> {
  const test = await openTestStore();
  const { store, clock } = test;
  const defects: unknown[] = [];
  const handler = registryHandler({ store, clock });
  const server = createServer((request, response) => {
    handler(request, response).catch((error) => {
      defects.push(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authorization = basic(`AWS:${store.tokens.issue(clock.now()).password}`);
  const call = (method: string, path: string, { body, headers }: CallOptions = {}) => {
    const url = path.startsWith("http://") ? path : `http://${host}${path}`;
    return fetch(url, {
      method,
      headers: { authorization, ...headers },
      ...(body === undefined ? {} : { body, duplex: "half" }),
    });
  };
  return {
    ...test,
    host,
    authorization,
    defects,
    call,
    async pushBlob(repository, bytes) {
      const begun = await call("POST", `/v2/${repository}/blobs/uploads/`);
      const digest = digestOf(bytes);
      const done = await call("PUT", `${begun.headers.get("location")}?digest=${digest}`, { body: bytes });
      if (done.status !== 201) throw new Error(`The push failed: ${done.status} ${await done.text()}`);
      return digest;
    },
  };
}

export function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

/** The one error of an answer, with its status. */
export async function errorOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
  const [error] = errors;
  if (error === undefined) throw new Error("The answer holds no error.");
  return { status: response.status, code: error.code, message: error.message };
}
