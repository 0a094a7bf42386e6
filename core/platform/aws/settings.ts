import type { Command, MiddlewareStack } from "@smithy/types";
import type { Clock } from "../clock.ts";
import { AnswerLost, isAnswerLost } from "./failures.ts";

/** What all clients share. Left out, the SDK's own sources decide (environment, profile, instance role). */
export interface ClientSettings {
  readonly region?: string;
  /** Sees every call before it is sent: `(service, operation)`. For counting and for traces. */
  readonly onCall?: (service: string, operation: string) => void;
  /** How long one attempt at a call may take before it is made again; 20 s where it is left out. */
  readonly answerWithinMs?: number;
  /** How often a call that failed in passing is made again; 4 times where it is left out. */
  readonly maxRetries?: number | undefined;
  /** What calls that would come too fast wait by; the system's where it is left out. */
  readonly clock?: Clock;
}

const connectWithinMs = 5_000;
const answerWithinMs = 20_000;

export interface CallOptions {
  /** Ends the call's retries and its request. */
  readonly signal?: AbortSignal;
  /** Whether a call whose answer was lost ends as {@link AnswerLost}: made again, it would do its work twice. */
  readonly once?: boolean;
}

/** The SDK's client, as far as the API wrappers use it. */
export interface SdkClient {
  // biome-ignore lint/suspicious/noExplicitAny: every command of the SDK fits, whatever its shapes.
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>;
  readonly middlewareStack: Pick<MiddlewareStack<object, object>, "add">;
}

/** The SDK's configuration out of ours. By itself the SDK waits for ever for an endpoint that does not answer. */
export function sdkConfig(settings: ClientSettings) {
  return {
    ...(settings.region === undefined ? {} : { region: settings.region }),
    maxAttempts: 1 + (settings.maxRetries ?? 4),
    requestHandler: {
      connectionTimeout: connectWithinMs,
      requestTimeout: settings.answerWithinMs ?? answerWithinMs,
      throwOnRequestTimeout: true,
    },
  };
}

/** Makes API methods for a client: each builds its command and sends it. */
export function caller(service: string, client: SdkClient, settings: ClientSettings) {
  client.middlewareStack.add(
    (next, context) => (args) => {
      settings.onCall?.(service, String(context.commandName).replace(/Command$/, ""));
      return next(args);
    },
    { step: "initialize", name: "onCall" },
  );
  return <Input extends object, Output extends object>(
    // biome-ignore lint/suspicious/noExplicitAny: the configuration types differ per service.
    Operation: new (input: Input) => Command<any, Input, any, Output, any>,
  ) =>
    (input: Input, options: CallOptions = {}): Promise<Output> => {
      const command = new Operation(input);
      if (options.once) endWhereAnswerIsLost(command);
      return client.send(command, options.signal === undefined ? {} : { abortSignal: options.signal });
    };
}

/** Within the SDK's retries, so that they see an error that they do not know to pass. */
function endWhereAnswerIsLost<Input extends object, Output extends object>(
  // biome-ignore lint/suspicious/noExplicitAny: the configuration types differ per service.
  { middlewareStack }: Command<any, Input, any, Output, any>,
): void {
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw isAnswerLost(error) ? new AnswerLost(error) : error;
      }
    },
    { step: "finalizeRequest", priority: "low", name: "endWhereAnswerIsLost" },
  );
}
