import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuiltImage, buildImage } from "./build-image.ts";
import type { ImageConfiguration } from "./config/image-configuration.ts";
import type { TemporaryFolder } from "./folders.fixture.ts";
import type { NativeInput, NativeServices } from "./native-input.ts";
import { readTar, type TarFile } from "./tar.fixture.ts";

export interface Built {
  readonly image: BuiltImage;
  readonly configuration: ImageConfiguration;
  readonly warnings: readonly string[];
  readonly progress: readonly string[];
  /** `mode owner path` of each layer's files, in their order; links with their targets. */
  readonly layers: readonly (readonly string[])[];
  /** The content of a file by its path, out of the highest layer that has it. */
  readonly read: (path: string) => string | undefined;
}

/** Builds the folder `context` of a temporary folder, and reads back what came out. */
export async function build(
  folder: TemporaryFolder,
  input: Partial<Omit<NativeInput, "buildArgs">> & { readonly buildArgs?: Record<string, string> } = {},
  registryOf: NativeServices["registryOf"] = refuseBases,
): Promise<Built> {
  const warnings: string[] = [];
  const progress: string[] = [];
  const image = await buildImage(
    {
      context: join(folder.path, "context"),
      platform: { os: "linux", architecture: "amd64" },
      sourceDateEpoch: 0,
      workFolder: await mkdtemp(join(folder.path, "work-")),
      ...input,
      buildArgs: new Map(Object.entries(input.buildArgs ?? {})),
    },
    { registryOf, warn: (line) => warnings.push(line), progress: (line) => progress.push(line) },
  );
  const configuration: ImageConfiguration = JSON.parse(await readFile(image.configuration.path, "utf8"));
  const tars: TarFile[][] = [];
  for (const layer of image.layers) tars.push(await readTar(await readFile(layer.path)));
  return {
    image,
    configuration,
    warnings,
    progress,
    layers: tars.map((tar) => tar.map(describeFile)),
    read: (path) => tars.flat().findLast(({ header }) => header.name === path)?.content,
  };
}

function refuseBases(): never {
  throw new Error("this build has no registry");
}

function describeFile({ header }: TarFile): string {
  const link = header.type === "symlink" ? ` -> ${header.linkname}` : "";
  return `${header.mode.toString(8)} ${header.uid}:${header.gid} ${header.name}${link}`;
}
