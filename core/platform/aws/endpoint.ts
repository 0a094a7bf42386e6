import type { SdkClient } from "./sdk-client.ts";

interface Request {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

/** Where failed calls went: Node's and the SDK's errors do not say it. */
const endpoints = new WeakMap<Error, string>();

/** The endpoint of a call that failed, `https://ecs.eu-west-1.amazonaws.com`; `undefined` where it did not get so far. */
export function endpointOf(error: unknown): string | undefined {
  return error instanceof Error ? endpoints.get(error) : undefined;
}

/** Keeps it for {@link endpointOf}. */
export function nameEndpoint(error: Error, endpoint: string): void {
  endpoints.set(error, endpoint);
}

/** Keeps it of every call that fails. */
export function nameEndpointOfFailures(client: Pick<SdkClient, "middlewareStack">): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const { protocol, hostname, port } = (args as { request: Request }).request;
        if (error instanceof Error)
          nameEndpoint(error, `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`);
        throw error;
      }
    },
    { step: "finalizeRequest", priority: "low", name: "nameEndpointOfFailures" },
  );
}
