import type { JsonObject } from "../platform/json.ts";

/** A task definition as its file says it, or as it is registered without what only the API sets. */
export interface LoadedTaskDefinition {
  /** What messages call it: the file's name, or `web:41`. */
  readonly name: string;
  readonly document: JsonObject;
  /** The ARN of the registered revision that this is; `undefined` for a file, and once something differs from it. */
  readonly revision?: string | undefined;
}
