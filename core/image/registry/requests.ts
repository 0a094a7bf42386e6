import { exchange, type HttpAnswer, type HttpRequest, readText } from "./http.ts";
import type { Registry } from "./registry.ts";
import { registryDenied, registryFailed } from "./registry-errors.ts";
import { isTransientConnectionError, retryAfterMs, retrying, TransientFailure } from "./retry.ts";

export type RegistryRequest = Omit<HttpRequest, "signal">;

const maxRedirects = 5;

/**
 * Sends one request to a registry: authorised, with one answer to a 401, following redirects of GET without taking
 * the authorisation to another host.
 *
 * @returns any answer below 500 but 401, 403 and 429
 * @throws {TransientFailure} on 429, 5xx and lost connections
 * @throws {ToolkitError} IMAGE_REGISTRY_DENIED, IMAGE_REGISTRY_FAILED
 */
export async function sendOnce(registry: Registry, request: RegistryRequest): Promise<HttpAnswer> {
  let answer = await sendAuthorised(registry, request);
  if (answer.status === 401) {
    const challenge = answer.headers["www-authenticate"] ?? "";
    const again = await authorise(registry, challenge);
    if (again) {
      answer.body.resume();
      answer = await sendAuthorised(registry, request);
    }
  }
  if (answer.status === 401 || answer.status === 403) throw registryDenied(registry, await explain(request, answer));
  if (answer.status === 429 || answer.status >= 500) {
    throw new TransientFailure(await explain(request, answer), {
      retryAfterMs: retryAfterMs(answer.headers["retry-after"], registry.clock.now()),
    });
  }
  return answer;
}

/**
 * Runs an exchange with a registry, of one or more requests, until it does not fail transiently.
 *
 * @throws {ToolkitError} IMAGE_REGISTRY_FAILED where it keeps failing, and what the action throws
 */
export async function persist<T>(registry: Registry, action: () => Promise<T>): Promise<T> {
  try {
    return await retrying(registry.clock, registry.signal, action);
  } catch (error) {
    if (error instanceof TransientFailure) throw registryFailed(registry, error.message, error);
    throw error;
  }
}

/** "GET /v2/…: 404 NAME_UNKNOWN: repository not found", as far as the answer tells it. */
export async function explain(request: RegistryRequest, answer: HttpAnswer): Promise<string> {
  const text = await readText(answer.body, 64 * 1024).catch(() => "");
  const what = `${request.method} ${request.url.pathname}: ${answer.status}`;
  const [first] = registryErrorsIn(text);
  return first === undefined ? what : `${what} ${first}`;
}

/** The errors of a registry's answer (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes). */
function registryErrorsIn(text: string): string[] {
  try {
    const parsed: { errors?: { code?: unknown; message?: unknown }[] } = JSON.parse(text);
    if (!Array.isArray(parsed.errors)) return [];
    const errors = parsed.errors.map(({ code, message }) => [code, message].filter((part) => typeof part === "string"));
    return errors.map((parts) => parts.join(": ")).filter((error) => error !== "");
  } catch {
    return [];
  }
}

async function authorise(registry: Registry, challenge: string): Promise<boolean> {
  return asTransient(registry, () => registry.authorization.answer(challenge, registry.signal));
}

async function sendAuthorised(registry: Registry, request: RegistryRequest): Promise<HttpAnswer> {
  let url = request.url;
  for (let redirects = 0; ; redirects++) {
    // Only to the registry itself: a redirect may lead anywhere, and carries its own signature.
    const authorization = url.origin === registry.origin ? registry.authorization.header() : undefined;
    const headers = authorization === undefined ? request.headers : { ...request.headers, authorization };
    const answer = await asTransient(registry, () => exchange({ ...request, url, headers, signal: registry.signal }));
    const next = redirectOf(request, url, answer);
    if (next === undefined) return answer;
    answer.body.resume();
    if (redirects === maxRedirects) throw registryFailed(registry, `${request.url.pathname}: too many redirects`);
    if (url.protocol === "https:" && next.protocol !== "https:") {
      throw registryFailed(registry, `${request.url.pathname}: redirected to plain HTTP at ${next.host}`);
    }
    url = next;
  }
}

function redirectOf(request: RegistryRequest, url: URL, { status, headers }: HttpAnswer): URL | undefined {
  if (request.method !== "GET") return undefined;
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return undefined;
  return URL.canParse(headers.location, url.href) ? new URL(headers.location, url) : undefined;
}

async function asTransient<T>(registry: Registry, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    registry.signal?.throwIfAborted();
    if (isTransientConnectionError(error)) throw new TransientFailure(error.message, { cause: error });
    const why = error instanceof Error ? error.message : String(error);
    throw registryFailed(registry, why, error);
  }
}
