import type { ErrorCode } from "./error-codes.ts";

/**
 * The one error that the toolkit throws on purpose.
 *
 * `message` is "what happened: why it happened", in AWS's own words where there are any. `remedy` is one imperative
 * sentence that names the resource. Anything else that reaches an adapter is a bug in the toolkit.
 */
export class ToolkitError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ToolkitError";
    this.code = code;
    this.remedy = remedy;
  }
}
