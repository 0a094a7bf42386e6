import { ToolkitError } from "../platform/errors.ts";

/** What an image runs on, by the names of the OCI image specification (GOOS and GOARCH). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/**
 * Reads `os/architecture` or `os/architecture/variant`.
 *
 * @throws {ToolkitError} INPUT_INVALID
 */
export function parsePlatform(text: string): Platform {
  const [, os, architecture, variant] = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/.exec(text) ?? [];
  if (os === undefined || architecture === undefined) {
    throw new ToolkitError(
      "INPUT_INVALID",
      `platforms: must be of the form os/architecture, not "${text}"`,
      "Give the input platforms as linux/amd64 or linux/arm64.",
    );
  }
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

/** Whether an image for `offered` serves where `wanted` is asked for; arm64 without a variant means v8. */
export function servesPlatform(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  return wanted.variant === undefined || variantOf(offered) === variantOf(wanted);
}

function variantOf({ architecture, variant }: Platform): string | undefined {
  return variant ?? (architecture === "arm64" ? "v8" : undefined);
}
