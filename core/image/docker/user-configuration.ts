import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ToolkitError } from "../../platform/errors.ts";
import type { Environment } from "./environment.ts";

/** Docker's `config.json`, of which nothing is certain. */
export type DockerConfiguration = Readonly<Record<string, unknown>>;

/** Where the user's Docker configuration is. */
export function configurationFolder(environment: Environment): string {
  return environment.DOCKER_CONFIG || join(environment.HOME || homedir(), ".docker");
}

/**
 * @returns an empty one where there is none
 * @throws {ToolkitError} DOCKER_UNAVAILABLE where it is no JSON: Docker would not start with it either
 */
export async function readConfiguration(folder: string): Promise<DockerConfiguration> {
  const path = join(folder, "config.json");
  const text = await readFile(path, "utf8").catch(() => "{}");
  try {
    const parsed: unknown = JSON.parse(text);
    return objectOf(parsed);
  } catch (cause) {
    const why = `Docker's configuration ${path} is no JSON`;
    throw new ToolkitError("DOCKER_UNAVAILABLE", why, `Correct ${path}.`, { cause });
  }
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
