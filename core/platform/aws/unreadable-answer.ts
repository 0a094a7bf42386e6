import type { SdkClient } from "./sdk-client.ts";

/** What answered is not AWS: a page to sign in to a network, a proxy's own words. */
export class UnreadableAnswer extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(status: number, contentType: string) {
    super(`the answer is not AWS's: ${contentType === "" ? "nothing" : contentType} with status ${status}`);
    this.name = "UnreadableAnswer";
    this.$metadata = { httpStatusCode: status };
  }
}

interface RawAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: { destroy?(): void };
}

/**
 * Refuses what is neither JSON nor XML. The SDK reads a page of HTML as an answer with nothing in it where the service
 * speaks XML, and so it does with an empty one where it speaks JSON.
 */
export function refuseUnreadableAnswers(client: Pick<SdkClient, "middlewareStack">): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { statusCode, headers, body } = result.response as RawAnswer;
      const contentType = headers["content-type"] ?? "";
      if (/json|xml/.test(contentType)) return result;
      body?.destroy?.();
      throw new UnreadableAnswer(statusCode, contentType);
    },
    { step: "deserialize", priority: "low", name: "refuseUnreadableAnswers" },
  );
}
