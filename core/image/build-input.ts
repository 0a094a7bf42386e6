import * as v from "valibot";
import { ToolkitError } from "../platform/errors.ts";
import { inputSchema } from "../platform/input.ts";
import { list, text, wholeNumber } from "../platform/input-fields.ts";

/** The last second that a tar header of a plain form and a 32-bit clock both hold. */
const latestSecond = 2_147_483_647;

/** The input of {@link buildAndPush}. Names that the official actions have keep their meaning. */
export const buildInput = inputSchema({
  repository: text("The name of the ECR repository to push to."),
  tag: text("The tag to push under, usually the commit."),
  context: v.optional(text("The folder that COPY copies from."), "."),
  file: v.optional(text("The path of the Dockerfile; by default Dockerfile in the context.")),
  "build-args": v.optional(list("Values for ARG, as NAME=value."), []),
  platform: v.optional(text("What the image runs on, as os/architecture."), "linux/amd64"),
  "source-date-epoch": v.optional(
    wholeNumber("The date of everything in the image, in seconds since 1970.", { min: 0, max: latestSecond }),
    0,
  ),
});

export type BuildAndPushInput = ReturnType<typeof buildInput.parse>;

/**
 * Checks what the schema cannot say.
 *
 * @returns the build arguments by their names
 * @throws {ToolkitError} INPUT_INVALID
 */
export function checkBuildInput({ repository, tag, buildArgs }: BuildAndPushInput): ReadonlyMap<string, string> {
  if (
    !/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(repository) ||
    repository.length > 256
  ) {
    throw inputInvalid(
      "repository",
      `"${repository}" is no repository's name`,
      "Give its name alone, such as team/web.",
    );
  }
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag)) {
    throw inputInvalid("tag", `"${tag}" is no tag`, "Use up to 128 letters, digits, dots, dashes and underscores.");
  }
  return new Map(buildArgs.map(splitBuildArg));
}

function splitBuildArg(argument: string): [name: string, value: string] {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(argument) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw inputInvalid("build-args", `"${argument.split("=", 1)[0]}" is not of the form NAME=value`, "Give NAME=value.");
}

function inputInvalid(name: string, why: string, remedy: string): ToolkitError {
  return new ToolkitError("INPUT_INVALID", `${name}: ${why}`, `Correct the input ${name}: ${remedy}`);
}
