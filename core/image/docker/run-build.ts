import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ToolkitError } from "../../platform/errors.ts";
import type { BuildPlan } from "../build-plan.ts";
import type { BuildRun } from "../build-run.ts";
import type { RegistryPassword } from "../ecr-registry.ts";
import type { PushTarget } from "../push-target.ts";
import type { Manifest } from "../registry/blob.ts";
import { buildArguments } from "./build-arguments.ts";
import { buildFailure } from "./build-failure.ts";
import { progressFilter } from "./build-progress.ts";
import type { DockerBuilder } from "./docker-builder.ts";
import { runDocker } from "./docker-process.ts";
import type { Environment } from "./environment.ts";
import { withPrivateConfiguration } from "./private-configuration.ts";
import { type BuildSecrets, redactor } from "./secrets.ts";
import { objectOf } from "./user-configuration.ts";

/** All that a build with Docker takes. */
export interface DockerBuild {
  readonly plan: BuildPlan;
  readonly builder: DockerBuilder;
  readonly target: PushTarget;
  readonly dockerfile: { readonly path: string; readonly name: string };
  /** Labels besides those of the input. */
  readonly labels: ReadonlyMap<string, string>;
  readonly secrets: BuildSecrets;
  readonly passwords: readonly RegistryPassword[];
  readonly workFolder: string;
  /** Hears the digest of each manifest and index that the build makes, also where it fails later. */
  readonly onExported: (digest: string) => void;
}

/** What Docker built and pushed, as the registry has it. */
export interface DockerImage {
  readonly manifest: Manifest;
  readonly imageId: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly builder: string;
}

/**
 * Runs the build, and the push where that is a command of its own, and asks the registry for what has arrived.
 *
 * @throws {ToolkitError} see {@link buildFailure}
 */
export async function runBuild(build: DockerBuild, run: BuildRun): Promise<DockerImage> {
  const { plan, builder, target, workFolder } = build;
  const references = target.tags.map((tag) => `${target.repository.uri}:${tag}`);
  const idFile = join(workFolder, "image-id");
  const metadataFile = join(workFolder, "metadata.json");
  const args = buildArguments({
    ...{ plan, builder, references, idFile, metadataFile },
    context: resolve(plan.context),
    dockerfile: build.dockerfile.path,
    labels: build.labels,
    secrets: build.secrets.arguments,
  });
  const environment = { ...run.environment, ...build.secrets.variables, ...switches(builder) };
  const onFolder = run.onPasswordFolder ?? (async () => {});
  return withPrivateConfiguration(build.passwords, environment, onFolder, async (own) => {
    await docker(args, build, own, run, progressFilter());
    const pushed = builder.kind === "buildx" ? undefined : await pushAll(references, build, own, run);
    const metadata = await readMetadata(metadataFile);
    const manifest = await find(String(metadata["containerimage.digest"] ?? pushed ?? ""), target);
    return { manifest, imageId: (await readFile(idFile, "utf8")).trim(), metadata, builder: builder.name };
  });
}

/** An epoch of the user's environment would reach buildx unasked, and make another image than the inputs say. */
function switches({ kind }: DockerBuilder): Environment {
  return { DOCKER_BUILDKIT: kind === "classic" ? "0" : "1", SOURCE_DATE_EPOCH: undefined };
}

/** @returns the digest that the pushes answered */
async function pushAll(
  references: readonly string[],
  build: DockerBuild,
  environment: Environment,
  run: BuildRun,
): Promise<string | undefined> {
  let digest: string | undefined;
  for (const reference of references) {
    run.log.step("push", `pushing ${reference}`);
    const lines = await docker(["push", reference], build, environment, run, () => undefined);
    digest = lines.flatMap((line) => /: digest: (sha256:[0-9a-f]{64}) size: /.exec(line)?.[1] ?? []).at(-1) ?? digest;
  }
  return digest;
}

async function docker(
  args: readonly string[],
  { plan, builder, target, dockerfile, secrets, passwords, onExported }: DockerBuild,
  environment: Environment,
  { log, signal }: BuildRun,
  shown: (line: string) => string | undefined,
): Promise<readonly string[]> {
  const redact = redactor([...secrets.values, ...passwords.flatMap(({ encoded }) => [encoded, passwordIn(encoded)])]);
  const { exitCode, lines } = await runDocker(args, {
    environment,
    signal,
    onLine(line) {
      const exported = /^#\d+ exporting manifest (?:list )?(sha256:[0-9a-f]{64})/.exec(line)?.[1];
      if (exported !== undefined) onExported(exported);
      const text = shown(redact(line));
      if (text !== undefined) log.step("build", text);
    },
  });
  if (exitCode === 0) return lines;
  throw buildFailure({
    lines: lines.map(redact),
    exitCode,
    dockerfile: plan.file ?? dockerfile.name,
    builder: builder.name,
    repository: target.repository.name,
  });
}

function passwordIn(encoded: string): string {
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  return decoded.slice(decoded.indexOf(":") + 1);
}

async function readMetadata(file: string): Promise<Readonly<Record<string, unknown>>> {
  return objectOf(JSON.parse(await readFile(file, "utf8").catch(() => "{}")));
}

/** Engines without an index store tell another digest than that of the push; the tag then knows. */
async function find(digest: string, { client, repository, tags }: PushTarget): Promise<Manifest> {
  const manifest =
    (digest === "" ? undefined : await client.getManifest(digest)) ?? (await client.getManifest(tags[0]));
  if (manifest !== undefined) return manifest;
  throw new ToolkitError(
    "IMAGE_REGISTRY_FAILED",
    `Docker says that it pushed ${digest}, but repository ${repository.name} does not have it`,
    `Look at the log of the build, and at repository ${repository.name}.`,
  );
}
