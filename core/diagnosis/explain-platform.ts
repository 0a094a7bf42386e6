import { isJsonObject } from "../platform/json.ts";
import { containerDefinition, type Evidence } from "./evidence.ts";
import type { Explanation } from "./explanation.ts";

/** What Linux answers where a program is made for another processor. */
const wrongProgram = /exec format error/i;

/**
 * A program of another architecture than the tasks have. Amazon ECS tells of it in three ways: an index without the
 * platform cannot be pulled, an engine refuses to start the container, or the container exits and only its log says so.
 * @param words a stop reason, or a line of the log
 */
export function wrongArchitecture(words: string, container: string, evidence: Evidence): Explanation | undefined {
  if (!wrongProgram.test(words)) return undefined;
  const image = containerDefinition(evidence, container)?.image;
  const named = typeof image === "string" ? image : `the image of container ${container}`;
  const platform = platformOf(evidence);
  return {
    cause: "container-cannot-start",
    why: `container ${container} cannot start, its image is not built for ${platform}: ${words}`,
    fix: `build ${named} for ${platform}, or set runtimePlatform to what it is built for`,
    container,
  };
}

/** As OCI names what `runtimePlatform` asks for; X86_64 is its default. */
export function platformOf({ taskDefinition: { runtimePlatform } }: Evidence): string {
  const cpu = isJsonObject(runtimePlatform) ? runtimePlatform.cpuArchitecture : undefined;
  return cpu === "ARM64" ? "linux/arm64" : "linux/amd64";
}
