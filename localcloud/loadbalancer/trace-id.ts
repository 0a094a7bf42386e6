import { randomBytes } from "node:crypto";

/**
 * The `X-Amzn-Trace-Id` that a target sees: a new Root, or the client's with this hop's Self in front.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
 * @param now milliseconds since the epoch.
 */
export function traceId(fromClient: string | undefined, now: number): string {
  const id = `1-${Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0")}-${randomBytes(12).toString("hex")}`;
  if (fromClient === undefined) return `Root=${id}`;
  const fields = fromClient.split(";").map((field) => field.trim());
  const kept = fields.filter((field) => field !== "" && !field.startsWith("Self="));
  const own = kept.some((field) => field.startsWith("Root=")) ? `Self=${id}` : `Root=${id}`;
  return [own, ...kept].join(";");
}
