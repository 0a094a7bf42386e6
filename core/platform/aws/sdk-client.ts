import type { MiddlewareStack } from "@smithy/types";

/** The SDK's client, as far as the API wrappers use it. */
export interface SdkClient {
  // biome-ignore lint/suspicious/noExplicitAny: every command of the SDK fits, whatever its shapes.
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>;
  readonly middlewareStack: Pick<MiddlewareStack<object, object>, "add">;
  readonly config?: { readonly region: string | (() => Promise<string>) };
}
