import { ToolkitError } from "../core/platform/errors.ts";

/** The first with all that the toolkit uses (zstd came last). */
const least = [22, 15] as const;

/**
 * Says at once what would otherwise be a missing function in the middle of a deployment.
 * @param version as `process.versions.node` has it
 * @throws {ToolkitError} NODE_TOO_OLD
 */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > least[0] || (major === least[0] && minor >= least[1])) return;
  throw new ToolkitError(
    "NODE_TOO_OLD",
    `this is Node ${version}: ecs-pipeline needs ${least.join(".")} or later`,
    "Install a newer Node. In a checkout, npx ecs-pipeline runs with the one that npm ci brings on Linux.",
  );
}
