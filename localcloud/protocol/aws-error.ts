/**
 * An error as AWS answers it. `code` is AWS's error code (the shape's name, e.g. `ClusterNotFoundException`),
 * `message` AWS's sentence. The gateway finds the HTTP status and the wire's own spelling of the code in the service's
 * schemas; `status` is for the codes that no schema knows.
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  /** Further members of the error's shape, e.g. `resourceIds`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { status?: number; members?: Record<string, unknown> } = {}) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = options.status;
    this.members = options.members ?? {};
  }
}
