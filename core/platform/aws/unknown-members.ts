import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { SdkClient } from "./sdk-client.ts";

/**
 * Sends what a task definition says even where this SDK does not know the key yet: the SDK leaves unknown keys out
 * on the wire, so they are merged into the body here, after it was serialised and before it is measured and signed.
 */
export function sendUnknownMembers(client: Pick<SdkClient, "middlewareStack">): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { request, input } = args as { request: { body?: unknown }; input: JsonObject };
      if (context.commandName === "RegisterTaskDefinitionCommand") {
        const body = JSON.parse(bodyText(request.body)) as JsonObject;
        request.body = JSON.stringify(merge(body, input));
      }
      return next(args);
    },
    { step: "build", priority: "high", name: "sendUnknownMembers" },
  );
}

function bodyText(body: unknown): string {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  throw new Error("the SDK serialised a request to something else than text");
}

/** `sent`, and whatever of `given` is not in it. */
function merge(sent: JsonValue, given: JsonValue): JsonValue {
  if (isJsonList(sent) && isJsonList(given)) {
    return sent.map((item, index) => (given[index] === undefined ? item : merge(item, given[index])));
  }
  if (!isJsonObject(sent) || !isJsonObject(given)) return sent;
  const members = Object.entries(given).map(([key, value]) => {
    const known = Object.hasOwn(sent, key) ? sent[key] : undefined;
    return [key, known === undefined ? value : merge(known, value)] as const;
  });
  return { ...sent, ...Object.fromEntries(members) };
}
