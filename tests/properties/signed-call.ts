/** A call to an API with any body at all, signed as its protocol and Signature Version 4 want it. */
import { createHash, createHmac } from "node:crypto";

export interface SignedCall {
  /** The service's name in the credential scope. */
  readonly service: string;
  readonly operation: string;
  readonly protocol: "json" | "form";
  readonly body: string | Buffer;
}

/** @returns what the endpoint answers */
export async function call(endpoint: string, { service, operation, protocol, body }: SignedCall): Promise<Response> {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const headers: Record<string, string> = {
    host: new URL(endpoint).host,
    "x-amz-date": stamp,
    ...(protocol === "json" ? { "x-amz-target": `X.${operation}` } : {}),
  };
  const signed = Object.keys(headers).sort();
  const canonical = signed.map((name) => `${name}:${headers[name]}\n`).join("");
  const request = ["POST", "/", "", canonical, signed.join(";"), sha256(body)].join("\n");
  const scope = `${stamp.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const key = scope.split("/").reduce<Buffer>(hmac, Buffer.from("AWS4test"));
  const signature = hmac(key, ["AWS4-HMAC-SHA256", stamp, scope, sha256(request)].join("\n")).toString("hex");
  headers.authorization = `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=${signed.join(";")}, Signature=${signature}`;
  const { host: _, ...sent } = headers;
  return fetch(endpoint, {
    method: "POST",
    headers: sent,
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
