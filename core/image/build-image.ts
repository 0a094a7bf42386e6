import { BuildStages } from "./build-stages.ts";
import { unusedBuildArgs } from "./build-variables.ts";
import { setLabels } from "./config/container-settings.ts";
import { openContext, readDockerfile } from "./context/build-context.ts";
import { parseDockerfile } from "./dockerfile/parse.ts";
import { sealImage } from "./image-manifest.ts";
import type { NativeInput, NativeServices } from "./native-input.ts";
import type { Blob, Manifest } from "./registry/blob.ts";

export interface BuiltImage {
  readonly manifest: Manifest;
  readonly configuration: Blob;
  /** Lowest first, on disk. */
  readonly layers: readonly Blob[];
}

/**
 * Builds an image without any engine, from a Dockerfile whose stages need none (see parseDockerfile), as far as the
 * image is made of them. The same context, Dockerfile, arguments and base make the same digest. (The compressed bytes are
 * zlib's: another version of Node may compress otherwise, which changes the manifest's digest, but not the
 * configuration's.)
 *
 * @throws {ToolkitError} IMAGE_INSTRUCTION_UNSUPPORTED before anything is fetched where an instruction needs an engine;
 *   other IMAGE_* codes; the signal's reason
 */
export async function buildImage(input: NativeInput, services: NativeServices): Promise<BuiltImage> {
  const file = await readDockerfile(input.context, input.file);
  const dockerfile = parseDockerfile(file.text, file.name);
  const context = await openContext(input.context, file.path);
  const stages = new BuildStages(dockerfile, context, input, services);
  const { configuration, layers } = await stages.build(input.target);
  const unused = unusedBuildArgs(dockerfile, input.buildArgs);
  if (unused.length > 0) services.warn(`build-args: ${unused.join(", ")}: no ARG of ${file.name} has this name`);
  const assignments = [...(input.labels ?? [])].map(([name, value]) => ({ name, value }));
  const config = assignments.length === 0 ? configuration.config : setLabels(configuration.config, { assignments });
  return { ...(await sealImage({ ...configuration, config }, layers, input.workFolder)), layers };
}
