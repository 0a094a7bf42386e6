/** Errors on the wire. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes */
import type { ServerResponse } from "node:http";
import { AwsError } from "../protocol/aws-error.ts";

export class OciError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    { detail, headers = {} }: { detail?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = "OciError";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }
}

/** The registry is a front to the ECR API: what that throws keeps its sentence and takes the protocol's code. */
const CODES: Readonly<Record<string, readonly [status: number, code: string]>> = {
  RepositoryNotFoundException: [404, "NAME_UNKNOWN"],
  ImageTagAlreadyExistsException: [400, "TAG_INVALID"],
  ImageDigestDoesNotMatchException: [400, "MANIFEST_INVALID"],
  LayersNotFoundException: [404, "MANIFEST_BLOB_UNKNOWN"],
  ReferencedImagesNotFoundException: [404, "MANIFEST_BLOB_UNKNOWN"],
  // Seen for what is no manifest, with 405.
  InvalidParameterException: [405, "UNSUPPORTED"],
};

/** @returns nothing for what is not an answer: a defect, a full disk, a client that went away. */
export function asOciError(error: unknown): OciError | undefined {
  if (error instanceof OciError) return error;
  const [status, code] = (error instanceof AwsError ? CODES[error.code] : undefined) ?? [];
  return error instanceof AwsError && status !== undefined && code !== undefined
    ? new OciError(status, code, error.message)
    : undefined;
}

export function writeError(response: ServerResponse, { status, code, message, detail, headers }: OciError): void {
  const body = JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] });
  response.writeHead(status, {
    ...headers,
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

export function digestInvalid(message: string, detail?: unknown): OciError {
  return new OciError(400, "DIGEST_INVALID", message, { detail });
}
