import * as v from "valibot";
import { inputSchema } from "../platform/input.ts";
import { boolean, choice, list, text, wholeNumber } from "../platform/input-fields.ts";
import { readDestination } from "./destination.ts";

/** The last second that a tar header of a plain form and a 32-bit clock both hold. */
const latestSecond = 2_147_483_647;

/** Amazon ECR's severities, the worst first. */
export const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"] as const;

const entries = {
  repository: v.optional(text("The name of the ECR repository to push to; not needed where tags name it.")),
  tag: v.optional(text("The tag to push under, usually the commit.")),
  tags: v.optional(list("More tags: names alone, or references with registry and repository."), []),
  builder: v.optional(
    choice(
      ["auto", "docker", "native"],
      "docker builds with a Docker engine, native without one; auto takes native where that can build it.",
    ),
    "auto",
  ),
  context: v.optional(text("The folder that COPY copies from."), "."),
  file: v.optional(text("The path of the Dockerfile; by default Dockerfile in the context.")),
  target: v.optional(text("The stage to build; by default the last one.")),
  "build-args": v.optional(list("Values for ARG, as NAME=value."), []),
  labels: v.optional(list("Labels of the image, as name=value."), []),
  platforms: v.optional(list("What the image runs on, as os/architecture; several make an index."), ["linux/amd64"]),
  secrets: v.optional(list("Secrets for RUN --mount=type=secret, as id=value; on a command line use secret-envs."), []),
  "secret-envs": v.optional(list("The same out of environment variables, as id=VARIABLE."), []),
  "secret-files": v.optional(list("The same out of files, as id=path."), []),
  "cache-from": v.optional(list("Where Docker finds a build cache, such as type=registry,ref=REFERENCE."), []),
  "cache-to": v.optional(list("Where Docker leaves its build cache."), []),
  "no-cache": v.optional(boolean("Whether Docker runs every step anew."), false),
  pull: v.optional(boolean("Whether Docker asks for newer base images than those it has."), false),
  provenance: v.optional(
    text("A provenance attestation: true, false or mode=max; it makes an index of the image."),
    "false",
  ),
  sbom: v.optional(text("An attestation of what is in the image: true, false or a generator."), "false"),
  "source-date-epoch": v.optional(
    wholeNumber("The date of the image in seconds since 1970; native takes 0 where none is given.", {
      min: 0,
      max: latestSecond,
    }),
  ),
  "wait-for-scan": v.optional(boolean("Whether to wait for Amazon ECR's scan of the image."), false),
  "fail-on-severity": v.optional(
    choice(["none", ...severities], "The least severity of a finding that fails; all but none wait for the scan."),
    "none",
  ),
  "scan-wait-minutes": v.optional(wholeNumber("How long to wait for the scan.", { min: 1, max: 360 }), 10),
};

/**
 * The input of {@link buildAndPush}. Names that the official actions have keep their meaning. Where to push is read here
 * already: a call that names no repository ends before anything is loaded.
 */
export const buildInput = inputSchema(entries, (input) => void readDestination(input));

export type BuildAndPushInput = ReturnType<typeof buildInput.parse>;
