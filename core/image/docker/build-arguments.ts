import type { BuildPlan } from "../build-plan.ts";
import { formatPlatform } from "../platform.ts";
import { cacheImage } from "./builder-limits.ts";
import type { DockerBuilder } from "./docker-builder.ts";

/** What a build needs besides its input. */
export interface BuildArguments {
  readonly plan: BuildPlan;
  readonly builder: DockerBuilder;
  /** `host/repository:tag`, all of them. */
  readonly references: readonly string[];
  /** Absolute. */
  readonly context: string;
  readonly dockerfile: string;
  /** Labels besides those of the input. */
  readonly labels: ReadonlyMap<string, string>;
  /** What follows each `--secret`. */
  readonly secrets: readonly string[];
  /** Where Docker writes the image's id and, with buildx, the build's metadata. */
  readonly idFile: string;
  readonly metadataFile: string;
}

/** The arguments of `docker` for a build; with buildx the same command pushes. */
export function buildArguments(build: BuildArguments): string[] {
  const { plan, builder, context } = build;
  const own = { buildx: buildxArguments, buildkit: buildKitArguments, classic: classicArguments }[builder.kind](build);
  return [
    ...own,
    ...each("--tag", build.references),
    ...each("--build-arg", pairs(plan.buildArgs)),
    ...each("--label", pairs(new Map([...plan.labels, ...build.labels]))),
    ...(plan.target === undefined ? [] : ["--target", plan.target]),
    ...(plan.noCache ? ["--no-cache"] : []),
    ...(plan.pull ? ["--pull"] : []),
    "--file",
    build.dockerfile,
    "--iidfile",
    build.idFile,
    context,
  ];
}

function buildxArguments({ plan, builder, secrets, metadataFile }: BuildArguments): string[] {
  const [major, minor] = builder.buildxVersion;
  const attests = major > 0 || minor >= 10;
  return [
    "buildx",
    "build",
    "--push",
    "--progress",
    "plain",
    "--metadata-file",
    metadataFile,
    "--platform",
    plan.platforms.map(formatPlatform).join(","),
    ...each("--secret", secrets),
    ...each("--cache-from", plan.cacheFrom),
    ...each("--cache-to", plan.cacheTo),
    // By default buildx attests, which makes an index of every image: see the README of build-push.
    ...(attests ? ["--provenance", plan.provenance, "--sbom", plan.sbom] : []),
    ...(plan.sourceDateEpoch === undefined ? [] : ["--build-arg", `SOURCE_DATE_EPOCH=${plan.sourceDateEpoch}`]),
  ];
}

function buildKitArguments({ plan, secrets }: BuildArguments): string[] {
  return [
    "build",
    "--progress",
    "plain",
    "--platform",
    formatPlatform(plan.platforms[0]),
    ...each("--secret", secrets),
    ...each("--cache-from", cacheImages(plan)),
  ];
}

function classicArguments({ plan }: BuildArguments): string[] {
  // Without it the container of a step that fails stays behind.
  return ["build", "--force-rm", ...each("--cache-from", cacheImages(plan))];
}

function cacheImages({ cacheFrom }: BuildPlan): string[] {
  return cacheFrom.flatMap((entry) => cacheImage(entry) ?? []);
}

function each(flag: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [flag, value]);
}

function pairs(values: ReadonlyMap<string, string>): string[] {
  return [...values].map(([name, value]) => `${name}=${value}`);
}
