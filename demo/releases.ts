/** What the demo builds and deploys. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";

export const PROJECT = resolve(import.meta.dirname, "..");
export const TASK_DEFINITION = resolve(PROJECT, "taskdef.json");

export interface Build {
  readonly version: string;
  readonly file: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** The repository's own Dockerfile. */
export function goodBuild(version: string, baseImage: string): Build {
  const buildArgs = { BASE_IMAGE: baseImage, APP_VERSION: version };
  return { version, file: resolve(PROJECT, "Dockerfile"), buildArgs };
}

/** Version 3.0.0: on top of an image in the registry, a change that makes the service fail its health checks. */
export function unhealthyBuild(baseImage: string): Build {
  const file = resolve(import.meta.dirname, "unhealthy.Dockerfile");
  return { version: "3.0.0", file, buildArgs: { BASE_IMAGE: baseImage } };
}

/** A service must be made with a revision; until the first release it runs no task of it. */
export async function bootstrapDefinition(): Promise<RegisterTaskDefinitionRequest> {
  const definition = JSON.parse(await readFile(TASK_DEFINITION, "utf8")) as RegisterTaskDefinitionRequest;
  const containers = definition.containerDefinitions?.map((container) => ({ ...container, image: "none-yet" }));
  return { ...definition, containerDefinitions: containers };
}
