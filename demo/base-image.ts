/**
 * What the demo's image is built on. As a process it needs nothing: Node is this machine's. A container needs a base with
 * Node in it; so that none has to be pulled from anywhere, one is made of the Node that runs the demo.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import type { ClientConfig } from "./bootstrap.ts";
import { type CloudProcess, runCli } from "./cli.ts";
import { nodeFiles } from "./node-files.ts";

const REPOSITORY = "ecs-demo-base";

/** @returns the value for BASE_IMAGE. */
export async function baseImage({ endpoint, runtime }: CloudProcess, config: ClientConfig): Promise<string> {
  if (runtime.kind !== "docker") return "scratch";
  await new ECRClient(config).send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
  const folder = await mkdtemp(join(tmpdir(), "ecs-demo-base-"));
  try {
    const file = join(folder, "Dockerfile");
    await writeFile(file, dockerfile());
    // Beside the Dockerfile, it goes before any .dockerignore of the context.
    await writeFile(`${file}.dockerignore`, "");
    const where = ["--repository", REPOSITORY, "--tag", `node-${process.versions.node}`];
    const { result, talk } = await runCli(["build", ...where, "--context", "/", "--file", file], endpoint);
    if (typeof result.image !== "string") throw new Error(`The base image was not built: ${talk}`);
    return result.image;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The context is the whole machine, of which these files alone are read. */
function dockerfile(): string {
  const copies = nodeFiles().map(({ source, target }) => `COPY ${JSON.stringify([source.slice(1), target])}`);
  return ["FROM scratch", ...copies, "ENV PATH=/usr/local/bin", ""].join("\n");
}
