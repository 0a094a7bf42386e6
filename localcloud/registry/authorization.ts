/** HTTP Basic, user AWS. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html */
import type { IncomingMessage } from "node:http";
import type { AuthorizationTokens } from "../services/ecr/authorization-tokens.ts";
import { OciError } from "./oci-error.ts";

/**
 * Lets a request pass whose password GetAuthorizationToken handed out less than 12 hours ago.
 * @param now milliseconds since the epoch.
 * @throws {OciError} UNAUTHORIZED, with the challenge where there are no Basic credentials; DENIED once the token has
 * expired.
 */
export function authorize(request: IncomingMessage, tokens: AuthorizationTokens, now: number): void {
  const credentials = basicCredentials(request.headers.authorization);
  if (credentials === undefined)
    throw new OciError(401, "UNAUTHORIZED", "Not Authorized", { headers: challenge(request) });
  const password = /^AWS:(.*)$/s.exec(credentials)?.[1];
  const verdict = password === undefined ? "unknown" : tokens.check(password, now);
  if (verdict === "expired")
    throw new OciError(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
  // What people see of it: "login attempt to … failed with status: 400 Bad Request".
  if (verdict === "unknown") throw new OciError(400, "UNAUTHORIZED", "Not Authorized");
}

function challenge(request: IncomingMessage): Record<string, string> {
  return { "WWW-Authenticate": `Basic realm="http://${request.headers.host}/",service="ecr.amazonaws.com"` };
}

function basicCredentials(header: string | undefined): string | undefined {
  const [, encoded] = /^basic +(\S+)$/i.exec(header ?? "") ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
}
