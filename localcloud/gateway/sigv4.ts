/**
 * Signature Version 4, checked by signing the request again with the key that it names and comparing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { AwsError } from "../protocol/aws-error.ts";
import type { HttpRequest } from "../protocol/wire.ts";
import type { Exchange, Handler } from "./exchange.ts";
import { expiredToken } from "./faults/fault-errors.ts";
import type { Principal } from "./service.ts";

const MAX_SKEW_MS = 5 * 60_000;

export interface CredentialScope {
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** The keys that may sign, and whom they stand for. */
export interface AccessKeys {
  find(accessKeyId: string): KnownKey | undefined;
}

export interface KnownKey {
  readonly secretAccessKey: string;
  readonly principal: Principal;
  /** Of a temporary key, which is of no use without it. */
  readonly sessionToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

interface Authorization extends CredentialScope {
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** @throws {AwsError} `MissingAuthenticationTokenException` where the request is not signed. */
export function credentialScope(request: HttpRequest): CredentialScope {
  return authorization(request);
}

/** Refuses what is not signed by a known key, and tells the exchange who called. */
export function verifySignature(keys: AccessKeys, clock: Clock): Handler {
  return (exchange, next) => {
    const claimed = authorization(exchange.request);
    const key = keys.find(claimed.accessKeyId);
    if (key === undefined || !carriesToken(exchange.request, key))
      throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", {
        status: 403,
      });
    if (key.expiresAt !== undefined && key.expiresAt <= clock.now()) throw expired(exchange);
    refuseUnsigned(exchange.request, claimed);
    refuseSkew(exchange.request, claimed, clock);
    if (!same(signature(exchange.request, claimed, key.secretAccessKey), claimed.signature))
      throw invalidSignature(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      );
    exchange.principal = key.principal;
    return next();
  };
}

function expired({ target }: Exchange): AwsError {
  if (target === undefined) throw new Error("The call was not identified before its signature was verified.");
  return expiredToken(target.service);
}

function carriesToken({ headers }: HttpRequest, { sessionToken }: KnownKey): boolean {
  return sessionToken === undefined || same(headers["x-amz-security-token"] ?? "", sessionToken);
}

function authorization(request: HttpRequest): Authorization {
  const header = request.headers.authorization;
  if (header === undefined || !header.startsWith("AWS4-HMAC-SHA256 "))
    throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", { status: 403 });
  const fields = new Map(
    header
      .slice("AWS4-HMAC-SHA256 ".length)
      .split(",")
      .map((field) => field.trim().split("=", 2) as [string, string]),
  );
  const [accessKeyId, date, region, service, terminator] = (fields.get("Credential") ?? "").split("/");
  const signedHeaders = fields.get("SignedHeaders");
  const given = fields.get("Signature");
  if (!accessKeyId || !date || !region || !service || terminator !== "aws4_request" || !signedHeaders || !given)
    throw new AwsError(
      "IncompleteSignatureException",
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.",
    );
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(";"), signature: given };
}

/**
 * `host` and every `x-amz-*` header must be signed: whoever can change `x-amz-target` on the way chooses the operation.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
function refuseUnsigned(request: HttpRequest, { signedHeaders }: Authorization): void {
  const needed = ["host", ...Object.keys(request.headers).filter((name) => name.startsWith("x-amz-"))];
  const unsigned = needed.find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined)
    throw invalidSignature(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
}

function invalidSignature(message: string): AwsError {
  return new AwsError("InvalidSignatureException", message, { status: 403 });
}

function refuseSkew(request: HttpRequest, { date }: Authorization, clock: Clock): void {
  const stamp = request.headers["x-amz-date"] ?? "";
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const signedAt = Date.parse(iso);
  if (Number.isNaN(signedAt))
    throw new AwsError(
      "IncompleteSignatureException",
      "Date must be in ISO-8601 'basic format'. See AWS documentation.",
    );
  if (!stamp.startsWith(date))
    throw invalidSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${stamp.slice(0, 8)}', from '${stamp}'.`,
    );
  const now = clock.now();
  if (signedAt < now - MAX_SKEW_MS)
    throw invalidSignature(
      `Signature expired: ${stamp} is now earlier than ${basic(now - MAX_SKEW_MS)} (${basic(now)} - 5 min.)`,
    );
  if (signedAt > now + MAX_SKEW_MS)
    throw invalidSignature(
      `Signature not yet current: ${stamp} is still later than ${basic(now + MAX_SKEW_MS)} (${basic(now)} + 5 min.)`,
    );
}

/** ISO 8601's basic format, to the second, as in `x-amz-date`. */
function basic(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

function signature(request: HttpRequest, claimed: Authorization, secretAccessKey: string): string {
  const scope = `${claimed.date}/${claimed.region}/${claimed.service}/aws4_request`;
  const toSign = [
    "AWS4-HMAC-SHA256",
    request.headers["x-amz-date"],
    scope,
    sha256(canonicalRequest(request, claimed.signedHeaders)),
  ];
  const key = [claimed.date, claimed.region, claimed.service, "aws4_request"].reduce<Buffer>(
    hmac,
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return hmac(key, toSign.join("\n")).toString("hex");
}

function canonicalRequest(request: HttpRequest, signedHeaders: readonly string[]): string {
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}\n`);
  const query = [...request.query]
    .map(([name, value]): [string, string] => [encoded(name), encoded(value)])
    .sort(([name, value], [otherName, otherValue]) => order(name, otherName) || order(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  return [request.method, request.path, query, headers.join(""), signedHeaders.join(";"), sha256(request.body)].join(
    "\n",
  );
}

/** By code point, names before values: joined by `=`, `a.10` would come before `a.1`. */
function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
