import { ToolkitError } from "../platform/errors.ts";
import type { BuildAndPushInput } from "./build-input.ts";
import { type Destination, readDestination } from "./destination.ts";
import { inputInvalid } from "./input-invalid.ts";
import { type Platform, parsePlatform } from "./platform.ts";

/** A build's input, read: what the schema cannot say is checked. */
export interface BuildPlan extends Omit<BuildAndPushInput, "buildArgs" | "labels" | "platforms"> {
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly platforms: readonly [Platform, ...Platform[]];
  readonly destination: Destination;
}

/** @throws {ToolkitError} INPUT_INVALID */
export function planBuild(input: BuildAndPushInput): BuildPlan {
  const [first = "linux/amd64", ...others] = new Set(input.platforms.flatMap(splitAtCommas));
  return {
    ...input,
    destination: readDestination(input),
    buildArgs: readPairs("build-args", input.buildArgs, /^[A-Za-z_][A-Za-z0-9_]*$/),
    labels: readPairs("labels", input.labels, /^[^\s=]+$/),
    platforms: [parsePlatform(first), ...others.map(parsePlatform)],
  };
}

/** As the official action takes them: on lines of their own, or with commas between. */
function splitAtCommas(items: string): string[] {
  return items
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function readPairs(input: string, items: readonly string[], nameForm: RegExp): Map<string, string> {
  return new Map(
    items.map((item, index) => {
      const equals = item.indexOf("=");
      const name = item.slice(0, Math.max(equals, 0));
      if (nameForm.test(name)) return [name, item.slice(equals + 1)];
      // Not shown: it may be a further line of a value that has several.
      throw inputInvalid(input, `item ${index + 1} is not of the form NAME=value`, "Give NAME=value on one line each.");
    }),
  );
}

/** An input that only a Docker engine can do something with, and that was given. */
export function dockerOnlyInputs(plan: BuildPlan): string[] {
  const given: readonly (readonly [name: string, given: boolean])[] = [
    ["secrets", plan.secrets.length > 0],
    ["secret-envs", plan.secretEnvs.length > 0],
    ["secret-files", plan.secretFiles.length > 0],
    ["cache-from", plan.cacheFrom.length > 0],
    ["cache-to", plan.cacheTo.length > 0],
    ["provenance", plan.provenance !== "false"],
    ["sbom", plan.sbom !== "false"],
    ["several platforms", plan.platforms.length > 1],
  ];
  return given.flatMap(([name, isGiven]) => (isGiven ? [name] : []));
}

/** @throws {ToolkitError} IMAGE_BUILDER_UNSUPPORTED naming what the native builder cannot do */
export function checkNative(plan: BuildPlan): void {
  const [first] = dockerOnlyInputs(plan);
  if (first === undefined) return;
  throw new ToolkitError(
    "IMAGE_BUILDER_UNSUPPORTED",
    `${first}: the native builder cannot do that, since it runs no commands and keeps no cache`,
    `Take ${first} out, or build with an engine: builder docker.`,
  );
}
