import type { Command, MiddlewareStack } from "@smithy/types";
import { type Clock, systemClock } from "../clock.ts";
import { type AttemptOptions, Attempts } from "./attempts.ts";
import { nameEndpointOfFailures } from "./endpoint.ts";
import { CallEnded } from "./failures.ts";
import type { Turn } from "./pace.ts";
import type { SdkClient } from "./sdk-client.ts";
import { refuseUnreadableAnswers } from "./unreadable-answer.ts";

/** What all clients share. Left out, the SDK's own sources decide (environment, profile, instance role). */
export interface ClientSettings {
  readonly region?: string;
  /** Is given the client of each service as it is made, to see what it sends. */
  readonly attach?: (service: string, client: SdkClient) => void;
  /** How long one attempt at a call may take before it is made again; 20 s where it is left out. */
  readonly answerWithinMs?: number;
  /** How often a call that failed in passing is made again; for a minute where it is left out. */
  readonly maxRetries?: number | undefined;
  /** What calls wait by that would come too fast, or are made again; the system's where it is left out. */
  readonly clock?: Clock;
}

const connectWithinMs = 5_000;
const answerWithinMs = 20_000;

export type CallOptions = Omit<AttemptOptions, "turn">;

/** The SDK's configuration out of ours. By itself the SDK waits for ever for an endpoint that does not answer. */
export function sdkConfig(settings: ClientSettings) {
  const withinMs = settings.answerWithinMs ?? answerWithinMs;
  return {
    ...(settings.region === undefined ? {} : { region: settings.region }),
    maxAttempts: 1,
    // AWS CloudTrail and access logs then say whose calls these are.
    customUserAgent: "ecs-pipeline",
    requestHandler: {
      connectionTimeout: connectWithinMs,
      requestTimeout: withinMs,
      // An answer may also cease in the middle.
      socketTimeout: withinMs,
      throwOnRequestTimeout: true,
    },
  };
}

/**
 * Makes API methods for a client: each builds its command and sends it, again where that failed in passing.
 * @returns takes the SDK's command, and the turns that calls of the operation wait for where they are paced
 */
export function caller(service: string, client: SdkClient, settings: ClientSettings) {
  settings.attach?.(service, client);
  nameEndpointOfFailures(client);
  refuseUnreadableAnswers(client);
  const attempts = new Attempts({ clock: settings.clock ?? systemClock, maxRetries: settings.maxRetries });
  return <Input extends object, Output extends object>(
    // biome-ignore lint/suspicious/noExplicitAny: the configuration types differ per service.
    Operation: new (input: Input) => Command<any, Input, any, Output, any>,
    turn?: Turn,
  ) =>
    (input: Input, options: CallOptions = {}): Promise<Output> => {
      const sending = options.signal === undefined ? {} : { abortSignal: options.signal };
      const attempt = () => {
        const command = new Operation(input);
        if (options.until !== undefined) sendNoneAfter(options.until, command.middlewareStack);
        return client.send(command, sending);
      };
      return attempts.make(attempt, { ...options, turn });
    };
}

/** Credentials may be fetched before a request is sent, and the run may be ended meanwhile. */
function sendNoneAfter<Input extends object, Output extends object>(
  until: AbortSignal,
  stack: Pick<MiddlewareStack<Input, Output>, "add">,
): void {
  stack.add(
    (next) => async (args) => {
      if (until.aborted) throw new CallEnded(undefined);
      return next(args);
    },
    { step: "deserialize", priority: "low", name: "sendNoneAfter" },
  );
}
