import { exchange, readText } from "./http.ts";

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

/**
 * A token for anybody, from where the registry says
 * (https://distribution.github.io/distribution/spec/auth/token/): public images need one, but no account.
 */
export function anonymousAuthorization(): Authorization {
  let token: string | undefined;
  return {
    header: () => (token === undefined ? undefined : `Bearer ${token}`),
    async answer(challenge, signal) {
      const url = tokenUrl(challenge);
      const next = url === undefined ? undefined : await requestToken(url, signal);
      if (next === undefined || next === token) return false;
      token = next;
      return true;
    },
  };
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

async function requestToken(url: URL, signal: AbortSignal | undefined): Promise<string | undefined> {
  const { status, body } = await exchange({ method: "GET", url, headers: {}, signal });
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
