import { ToolkitError } from "../../platform/errors.ts";

/** Where in which Dockerfile something is written, as errors show it. */
export interface Place {
  /** The Dockerfile, as the user named it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What is written there breaks the rules of https://docs.docker.com/reference/dockerfile/. */
export function invalid(place: Place, why: string): ToolkitError {
  return new ToolkitError(
    "IMAGE_DOCKERFILE_INVALID",
    `${place.file}:${place.line}: ${why}`,
    `Correct line ${place.line} of ${place.file}.`,
  );
}

/** What is written there is right, but needs more than the native builder does. */
export function unsupported(place: Place, what: string, instead?: string): ToolkitError {
  const engine = "build with a Docker engine (the input builder: docker)";
  return new ToolkitError(
    "IMAGE_INSTRUCTION_UNSUPPORTED",
    `${place.file}:${place.line}: ${what} is not supported by the native builder, which runs no commands`,
    instead === undefined
      ? `Take ${what} out of line ${place.line} of ${place.file}, or ${engine}.`
      : `${instead} in line ${place.line} of ${place.file}, or ${engine}.`,
  );
}
