import { Readable } from "node:stream";
import { exchange, type HttpRequest, readText } from "./http.ts";

/** Gets requests into a registry. */
export interface Authorization {
  /** The Authorization header's value, where there is one. */
  header(): string | undefined;
  /**
   * Answers a 401.
   *
   * @param challenge the WWW-Authenticate header
   * @returns whether it is worth asking again with the new {@link header}
   */
  answer(challenge: string, signal: AbortSignal | undefined): Promise<boolean>;
}

/** HTTP Basic with credentials that are already encoded, as Amazon ECR's GetAuthorizationToken hands them out. */
export function basicAuthorization(encoded: string): Authorization {
  return { header: () => `Basic ${encoded}`, answer: async () => false };
}

/** What a registry other than Amazon ECR knows a caller by. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  /** Stands for both where a login left no password: an OAuth 2 refresh token. */
  readonly identityToken?: string | undefined;
}

/**
 * Gets in as a registry asks for it: by HTTP Basic, or with a token from where it says
 * (https://distribution.github.io/distribution/spec/auth/token/), which public images need too, but no account.
 *
 * @param findCredentials asked once, when the registry wants to know; `undefined` for anybody
 */
export function challengedAuthorization(
  findCredentials: () => Promise<RegistryCredentials | undefined> = async () => undefined,
): Authorization {
  let header: string | undefined;
  return {
    header: () => header,
    async answer(challenge, signal) {
      const credentials = await findCredentials();
      const next = /^basic\b/i.test(challenge)
        ? basicHeader(credentials)
        : await tokenHeader(challenge, credentials, signal);
      if (next === undefined || next === header) return false;
      header = next;
      return true;
    },
  };
}

function basicHeader(credentials: RegistryCredentials | undefined): string | undefined {
  if (credentials === undefined || credentials.identityToken !== undefined) return undefined;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
}

async function tokenHeader(
  challenge: string,
  credentials: RegistryCredentials | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const url = tokenUrl(challenge);
  if (url === undefined) return undefined;
  const token = await requestToken(tokenRequest(url, isPrivate(url) ? credentials : undefined), signal);
  return token === undefined ? undefined : `Bearer ${token}`;
}

/** Credentials go over TLS, or stay on this machine. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function tokenRequest(url: URL, credentials: RegistryCredentials | undefined): HttpRequest {
  if (credentials?.identityToken === undefined) {
    const authorization = basicHeader(credentials);
    return { method: "GET", url, headers: authorization === undefined ? {} : { authorization } };
  }
  const form = new URLSearchParams({
    ...Object.fromEntries(url.searchParams),
    grant_type: "refresh_token",
    client_id: "ecs-pipeline",
    refresh_token: credentials.identityToken,
  });
  const body = Buffer.from(form.toString());
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": body.length };
  return { method: "POST", url: new URL(url.pathname, url), headers, body: () => Readable.from([body]) };
}

function tokenUrl(challenge: string): URL | undefined {
  const [, scheme, rest = ""] = /^(\S+)\s+(.*)$/.exec(challenge) ?? [];
  if (scheme?.toLowerCase() !== "bearer") return undefined;
  const parameters = new Map<string, string>();
  for (const [, name = "", value = ""] of rest.matchAll(/([a-z]+)="([^"]*)"/gi)) {
    parameters.set(name.toLowerCase(), value);
  }
  const realm = parameters.get("realm") ?? "";
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  for (const name of ["service", "scope"]) {
    const value = parameters.get(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

const tokenLimitBytes = 1024 * 1024;

async function requestToken(request: HttpRequest, signal: AbortSignal | undefined): Promise<string | undefined> {
  const { status, body } = await exchange({ ...request, signal });
  const text = await readText(body, tokenLimitBytes);
  if (status !== 200) return undefined;
  const answer: unknown = parseJson(text);
  if (typeof answer !== "object" || answer === null) return undefined;
  const token = "token" in answer ? answer.token : "access_token" in answer ? answer.access_token : undefined;
  return typeof token === "string" && token !== "" ? token : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
