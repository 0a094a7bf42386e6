import { ToolkitError } from "../platform/errors.ts";

/** What is wrong with an input of the build that its schema cannot tell. */
export function inputInvalid(name: string, why: string, remedy: string): ToolkitError {
  return new ToolkitError("INPUT_INVALID", `${name}: ${why}`, `Correct the input ${name}: ${remedy}`);
}
