import { ToolkitError } from "../../platform/errors.ts";
import type { BuildPlan } from "../build-plan.ts";
import { formatPlatform, servesPlatform } from "../platform.ts";
import type { DockerBuilder } from "./docker-builder.ts";

/** An input that a builder cannot do, and what can. */
interface Limit {
  readonly input: string;
  readonly remedy: string;
}

/**
 * Refuses what the builder that is there cannot do, before anything runs: Docker itself leaves some of it out without
 * a word.
 *
 * @throws {ToolkitError} IMAGE_BUILDER_UNSUPPORTED naming the input and the builder
 */
export function checkLimits(plan: BuildPlan, builder: DockerBuilder): void {
  const [limit] = builder.kind === "buildx" ? buildxLimits(plan, builder) : olderLimits(plan, builder);
  if (limit === undefined) return;
  throw new ToolkitError(
    "IMAGE_BUILDER_UNSUPPORTED",
    `${limit.input}: ${builder.name} cannot do that`,
    `Take ${limit.input} out, or ${limit.remedy}.`,
  );
}

const indexMaker =
  "use a builder of the driver docker-container (docker buildx create --use), or an engine with the containerd image store";

function buildxLimits(plan: BuildPlan, { makesIndexes, buildxVersion }: DockerBuilder): Limit[] {
  const exportsCache = plan.cacheTo.some((cache) => !cache.includes("type=inline"));
  const attests = attestations(plan);
  const old = buildxVersion[0] === 0 && buildxVersion[1] < 10;
  const limits: readonly (readonly [limit: Limit, exceeded: boolean])[] = [
    [{ input: "several platforms", remedy: indexMaker }, plan.platforms.length > 1 && !makesIndexes],
    [{ input: "cache-to other than type=inline", remedy: indexMaker }, exportsCache && !makesIndexes],
    ...attests.map((input) => [{ input, remedy: indexMaker }, !makesIndexes] as const),
    ...attests.map((input) => [{ input, remedy: "install buildx 0.10 or later" }, old] as const),
  ];
  return limits.flatMap(([limit, exceeded]) => (exceeded ? [limit] : []));
}

const plugin = "install the plugin buildx";

function olderLimits(plan: BuildPlan, { kind, enginePlatform }: DockerBuilder): Limit[] {
  const [platform, ...others] = plan.platforms;
  const foreign = kind === "classic" && !servesPlatform(enginePlatform, platform);
  const secrets = [...plan.secrets, ...plan.secretEnvs, ...plan.secretFiles];
  const caches = plan.cacheFrom.filter((cache) => cacheImage(cache) === undefined);
  const limits: readonly (readonly [input: string, exceeded: boolean])[] = [
    ["several platforms", others.length > 0],
    [`platforms ${formatPlatform(platform)} on an engine for ${formatPlatform(enginePlatform)}`, foreign],
    ["secrets", kind === "classic" && secrets.length > 0],
    ["cache-to", plan.cacheTo.length > 0],
    [`cache-from ${caches[0]}`, caches.length > 0],
    ["source-date-epoch", plan.sourceDateEpoch !== undefined],
    ...attestations(plan).map((input) => [input, true] as const),
  ];
  return limits.flatMap(([input, exceeded]) => (exceeded ? [{ input, remedy: plugin }] : []));
}

function attestations({ provenance, sbom }: BuildPlan): string[] {
  return [...(provenance === "false" ? [] : ["provenance"]), ...(sbom === "false" ? [] : ["sbom"])];
}

/** The image that an entry of cache-from names, which is all that builders without buildx take. */
export function cacheImage(entry: string): string | undefined {
  if (!entry.includes("=")) return entry;
  const [, reference] = /^type=registry,ref=([^,]+)$/.exec(entry) ?? [];
  return reference;
}
