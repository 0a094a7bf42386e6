/** Content addresses. https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests */
import { createHash } from "node:crypto";

/** Amazon ECR stores SHA-256 alone. */
const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** What must hold before a digest may become part of a path. */
export function isDigest(text: string): boolean {
  return SHA256.test(text);
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
