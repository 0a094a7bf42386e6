/** `ecs-pipeline build` by a real Docker engine: each test leaves nothing behind, and the user's configuration alone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BatchGetImageCommand } from "@aws-sdk/client-ecr";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { nodeImage } from "../engine.fixture.ts";
import { Workbench } from "./build.fixture.ts";

/** Runs JavaScript in a step: the base has no shell. */
export function step(script: string, flags = ""): string {
  return `RUN ${flags} ${JSON.stringify(["node", "-e", script])}`.replace(/ +/g, " ");
}

/** Writes a Dockerfile whose base, `base`, has Node. */
export async function dockerfile(bench: Workbench, context: string, ...lines: string[]): Promise<void> {
  await bench.write(`${context}/Dockerfile`, `${[`FROM ${await nodeImage()} AS base`, ...lines].join("\n")}\n`);
}

/** The manifest of an image of the repository `web`. */
export async function manifestOf(bench: Workbench, imageDigest: string) {
  const answer = await bench.ecr.send(new BatchGetImageCommand({ repositoryName: "web", imageIds: [{ imageDigest }] }));
  return JSON.parse(answer.images?.[0]?.imageManifest ?? "{}");
}

/** A workbench for the tests of a file, with the repository `web` and the context `files`. */
export function dockerWorkbench(): () => Workbench {
  let bench: Workbench | undefined;
  let userConfiguration: string;
  const set = () => {
    if (bench === undefined) throw new Error("the workbench is set before the first test");
    return bench;
  };
  beforeAll(async () => {
    bench = await Workbench.set();
    await bench.repository("web");
    await bench.write("files/Dockerfile", "FROM scratch\nCOPY a /a\n");
    await bench.write("files/a", "A");
  }, 60_000);
  afterAll(() => bench?.strike());
  beforeEach(() => {
    userConfiguration = readUserConfiguration();
  });
  afterEach(async () => {
    expect(await set().left()).toEqual([]);
    expect(readUserConfiguration()).toBe(userConfiguration);
  });
  return set;
}

function readUserConfiguration(): string {
  const folder = process.env.DOCKER_CONFIG || join(process.env.HOME ?? "", ".docker");
  try {
    return readFileSync(join(folder, "config.json"), "utf8");
  } catch {
    return "none";
  }
}
