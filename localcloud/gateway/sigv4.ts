/**
 * Signature Version 4, checked by signing the request again with the key that it names and comparing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { AwsError } from "../protocol/aws-error.ts";
import type { HttpRequest } from "../protocol/wire.ts";
import type { Handler } from "./exchange.ts";
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
  find(accessKeyId: string): { readonly secretAccessKey: string; readonly principal: Principal } | undefined;
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
    if (key === undefined)
      throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", {
        status: 403,
      });
    refuseSkew(exchange.request, clock);
    if (!same(signature(exchange.request, claimed, key.secretAccessKey), claimed.signature)) {
      throw new AwsError(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        { status: 403 },
      );
    }
    exchange.principal = key.principal;
    return next();
  };
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

function refuseSkew(request: HttpRequest, clock: Clock): void {
  const stamp = request.headers["x-amz-date"] ?? "";
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const signedAt = Date.parse(iso);
  if (Number.isNaN(signedAt))
    throw new AwsError(
      "IncompleteSignatureException",
      "Date must be in ISO-8601 'basic format'. See AWS documentation.",
    );
  if (Math.abs(clock.now() - signedAt) > MAX_SKEW_MS)
    throw new AwsError(
      "InvalidSignatureException",
      `Signature expired: ${stamp} is not within 5 min. of the server's time.`,
      { status: 403 },
    );
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
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");
  return [request.method, request.path, query, headers.join(""), signedHeaders.join(";"), sha256(request.body)].join(
    "\n",
  );
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
