import { join } from "node:path";
import { type BaseImage, emptyBase, fetchBase } from "./base/base-image.ts";
import { BuildVariables } from "./build-variables.ts";
import type { ImageConfiguration } from "./config/image-configuration.ts";
import type { BuildContext } from "./context/build-context.ts";
import { ImageContext } from "./context/image-context.ts";
import type { StageInstruction } from "./dockerfile/instruction.ts";
import { type Dockerfile, type DockerfileStage, parseTriggers } from "./dockerfile/parse.ts";
import { invalid, type Place } from "./dockerfile/place.ts";
import { writeLayer } from "./layer/write-layer.ts";
import type { NativeInput, NativeServices } from "./native-input.ts";
import { parsePlatform } from "./platform.ts";
import { ociGzipLayer } from "./registry/media-types.ts";
import { type SourceOf, Stage } from "./stage.ts";
import { findStage, neededStages, targetStage } from "./stage-names.ts";

/** The stages of a Dockerfile: each is built once, and only where the image is made of it. */
export class BuildStages {
  readonly #dockerfile: Dockerfile;
  readonly #context: BuildContext;
  readonly #input: NativeInput;
  readonly #services: NativeServices;
  readonly #built = new Map<DockerfileStage, Promise<BaseImage>>();
  readonly #images = new Map<string, Promise<BaseImage>>();
  #layers = 0;

  constructor(dockerfile: Dockerfile, context: BuildContext, input: NativeInput, services: NativeServices) {
    this.#dockerfile = dockerfile;
    this.#context = context;
    this.#input = input;
    this.#services = services;
  }

  /** @param target a stage's name or number; by default the last stage */
  async build(target: string | undefined): Promise<BaseImage> {
    const stage = targetStage(this.#dockerfile, target);
    const bases = (needed: DockerfileStage) => this.#variables().base(needed.from);
    for (const { unsupported } of neededStages(this.#dockerfile, stage, bases)) {
      if (unsupported !== undefined) throw unsupported;
    }
    return this.#stage(stage);
  }

  #variables(): BuildVariables {
    return new BuildVariables(this.#dockerfile, this.#input.buildArgs, this.#input.platform);
  }

  #stage(stage: DockerfileStage): Promise<BaseImage> {
    return once(this.#built, stage, () => this.#buildStage(stage));
  }

  async #buildStage(described: DockerfileStage): Promise<BaseImage> {
    const variables = this.#variables();
    const base = await this.#baseOf(described, variables);
    const index = this.#dockerfile.stages.indexOf(described);
    const sources = new Map<BaseImage, ImageContext>();
    const own = new ImageContext("the stage", base.files, this.#input.workFolder);
    const sourceOf: SourceOf = (from, place) => this.#sourceOf(from, index, sources, place);
    const stage = new Stage(base, sourceOf, variables, (path) => own.readText(path, this.#services.signal));
    const layers = [...base.layers];
    let { configuration } = base;
    const triggers = base.configuration.config.OnBuild ?? [];
    const { escapeCharacter } = this.#dockerfile;
    for (const instruction of [
      ...parseTriggers(triggers, escapeCharacter, described.from.place),
      ...described.instructions,
    ]) {
      this.#services.signal?.throwIfAborted();
      const entries = await stage.run(instruction);
      for (const source of sources.values()) await source.unpack(this.#services.signal);
      const layer = entries === undefined ? undefined : await writeLayer(entries, this.#layerOptions());
      if (layer !== undefined) layers.push({ mediaType: ociGzipLayer, ...layer });
      configuration = recordStep(configuration, instruction, layer?.diffId, this.#date());
    }
    const author = stage.author === undefined ? {} : { author: stage.author };
    const finished = { ...configuration, ...author, created: this.#date(), config: stage.config };
    return { configuration: finished, layers, files: stage.files };
  }

  async #baseOf({ from }: DockerfileStage, variables: BuildVariables): Promise<BaseImage> {
    const name = variables.base(from);
    const before = this.#dockerfile.stages.slice(
      0,
      this.#dockerfile.stages.findIndex((stage) => stage.from === from),
    );
    const earlier = findStage(before, name);
    const base = await (earlier === undefined
      ? this.#image(name, this.#platformOf(from, variables))
      : this.#stage(earlier));
    return { ...base, files: base.files.clone() };
  }

  #platformOf({ platform, place }: DockerfileStage["from"], variables: BuildVariables) {
    return platform === undefined ? this.#input.platform : parsePlatform(variables.expandGlobal(platform, place));
  }

  #image(reference: string, platform = this.#input.platform): Promise<BaseImage> {
    return once(this.#images, `${reference} ${JSON.stringify(platform)}`, async () => {
      if (reference === "scratch") return emptyBase(platform);
      return fetchBase(reference, { platform, workFolder: this.#input.workFolder, ...this.#services });
    });
  }

  async #sourceOf(
    from: string | undefined,
    index: number,
    sources: Map<BaseImage, ImageContext>,
    place: Place,
  ): Promise<BuildContext> {
    if (from === undefined) return this.#context;
    const stage = findStage(this.#dockerfile.stages.slice(0, index), from, { byNumber: true });
    if (from === "scratch") throw invalid(place, "nothing can be copied from scratch");
    const image = await (stage === undefined ? this.#image(from) : this.#stage(stage));
    const known = sources.get(image) ?? new ImageContext(from, image.files, this.#input.workFolder);
    sources.set(image, known);
    return known;
  }

  #layerOptions() {
    const { workFolder, sourceDateEpoch } = this.#input;
    const path = join(workFolder, `layer-${this.#layers++}`);
    return { path, modified: sourceDateEpoch, signal: this.#services.signal };
  }

  #date(): string {
    return new Date(this.#input.sourceDateEpoch * 1_000).toISOString().replace(/\.\d{3}Z$/, "Z");
  }
}

function once<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>): Promise<Value> {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** Every instruction has its line in the history, as written: without the values of build arguments. */
function recordStep(
  configuration: ImageConfiguration,
  { text }: StageInstruction,
  diffId: string | undefined,
  created: string,
): ImageConfiguration {
  const entry = { created, created_by: text, ...(diffId === undefined ? { empty_layer: true } : {}) };
  const diffIds = configuration.rootfs.diff_ids;
  return {
    ...configuration,
    rootfs: { type: "layers", diff_ids: diffId === undefined ? diffIds : [...diffIds, diffId] },
    history: [...configuration.history, entry],
  };
}
