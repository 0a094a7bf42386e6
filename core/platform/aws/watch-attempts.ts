import type { SdkClient } from "./sdk-client.ts";

/** One request of a call, as the SDK makes it. */
interface Attempt {
  /** What the call was given: the very object. */
  readonly input: object;
  /** Where it goes; `undefined` where that is not configured. */
  readonly region: string | undefined;
}

/** Hears of each attempt before it is made. @returns hears how it ended; `undefined` where it was answered */
export type WatchAttempt = (attempt: Attempt) => (failure: unknown) => void;

/** Lets `watch` see every attempt of a client, with what it failed with, and changes nothing about them. */
export function watchAttempts(client: SdkClient, watch: WatchAttempt): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const ended = watch({ input: args.input, region: await regionOf(client) });
      try {
        const result = await next(args);
        ended(undefined);
        return result;
      } catch (error) {
        ended(error);
        throw error;
      }
    },
    { step: "initialize", priority: "high", name: "watchAttempts" },
  );
}

/** The call itself says it, where there is none. */
async function regionOf({ config }: SdkClient): Promise<string | undefined> {
  const region = config?.region;
  return typeof region === "function" ? region().catch(() => undefined) : region;
}
