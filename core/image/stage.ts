import type { BaseImage } from "./base/base-image.ts";
import type { BuildVariables } from "./build-variables.ts";
import {
  addVolumes,
  exposePorts,
  setCommand,
  setEnvironment,
  setHealthCheck,
  setLabels,
  setStopSignal,
  setUser,
  setWorkingDirectory,
} from "./config/container-settings.ts";
import type { ContainerConfig } from "./config/image-configuration.ts";
import { refuseArchives } from "./context/archives.ts";
import type { BuildContext } from "./context/build-context.ts";
import type {
  AssigningInstruction,
  CopyInstruction,
  ListInstruction,
  StageInstruction,
  WordInstruction,
} from "./dockerfile/instruction.ts";
import { type Place, unsupported } from "./dockerfile/place.ts";
import { copyEntries, missingFolders, resolveIn } from "./layer/copy-entries.ts";
import type { ImageFiles } from "./layer/image-files.ts";
import type { LayerEntry, Owner } from "./layer/layer-entry.ts";
import { findOwner, type ReadText } from "./owner.ts";

const root: Owner = { uid: 0, gid: 0 };

/** Where COPY copies from: the context, or what --from names. */
export type SourceOf = (from: string | undefined, place: Place) => Promise<BuildContext>;

/** A build's stage on its way through the Dockerfile. */
export class Stage {
  readonly #sourceOf: SourceOf;
  readonly #read: ReadText;
  readonly #variables: BuildVariables;
  /** What the stage holds so far. */
  readonly files: ImageFiles;
  #config: ContainerConfig;
  #author: string | undefined;
  #ownCommand = false;

  constructor(base: BaseImage, sourceOf: SourceOf, variables: BuildVariables, read: ReadText) {
    const { OnBuild: _, ...config } = base.configuration.config;
    this.#config = config;
    this.#author = base.configuration.author;
    this.files = base.files;
    this.#sourceOf = sourceOf;
    this.#read = read;
    this.#variables = variables;
    variables.setEnvironment(config.Env ?? []);
  }

  get author(): string | undefined {
    return this.#author;
  }

  get config(): ContainerConfig {
    return this.#config;
  }

  /**
   * Carries an instruction out.
   *
   * @returns the layer that it makes, where it makes one
   */
  async run(instruction: StageInstruction): Promise<readonly LayerEntry[] | undefined> {
    switch (instruction.name) {
      case "COPY":
      case "ADD":
        return copyEntries(await this.#copy(instruction), await this.#source(instruction), this.files);
      case "WORKDIR":
        return this.#enterFolder(instruction);
      case "ARG":
        this.#variables.declare(instruction);
        return undefined;
      case "CMD":
      case "ENTRYPOINT":
        this.#config = setCommand(this.#config, instruction, this.#ownCommand);
        this.#ownCommand ||= instruction.name === "CMD";
        return undefined;
      case "HEALTHCHECK":
        this.#config = setHealthCheck(this.#config, instruction);
        return undefined;
      case "SHELL":
        this.#config = { ...this.#config, Shell: instruction.items };
        return undefined;
      case "VOLUME":
        this.#config = addVolumes(this.#config, this.#paths(instruction));
        return undefined;
      case "ONBUILD":
        this.#config = { ...this.#config, OnBuild: [...(this.#config.OnBuild ?? []), instruction.trigger] };
        return undefined;
      default:
        this.#set(instruction);
        return undefined;
    }
  }

  #set(instruction: AssigningInstruction | WordInstruction): void {
    const config = this.#config;
    switch (instruction.name) {
      case "ENV":
        this.#config = setEnvironment(config, this.#assignments(instruction));
        this.#variables.setEnvironment(this.#config.Env ?? []);
        break;
      case "LABEL":
        this.#config = setLabels(config, this.#assignments(instruction));
        break;
      case "EXPOSE":
        this.#config = exposePorts(config, this.#words(instruction));
        break;
      case "USER":
        this.#config = setUser(config, this.#word(instruction));
        break;
      case "MAINTAINER":
        this.#author = instruction.word;
        break;
      case "STOPSIGNAL":
        this.#config = setStopSignal(config, this.#word(instruction));
        break;
    }
  }

  /** WORKDIR makes its folder where it is missing; where it is there, no layer is needed. */
  async #enterFolder(instruction: WordInstruction): Promise<LayerEntry[] | undefined> {
    const { place } = instruction;
    this.#config = setWorkingDirectory(this.#config, this.#word(instruction));
    const path = resolveIn(this.files, this.#config.WorkingDir ?? "/", place);
    if (this.files.find(path)?.type === "directory") return undefined;
    // Docker gives a folder that it creates to the user that is set by then.
    const { User: user = "" } = this.#config;
    return missingFolders(path, this.files, user === "" ? root : await this.#owner(user, place), place);
  }

  #owner(text: string, place: Place): Promise<Owner> {
    return text === "root" ? Promise.resolve(root) : findOwner(text, place, this.#read);
  }

  async #source({ name, from, place, sources }: CopyInstruction): Promise<BuildContext> {
    const context = await this.#sourceOf(from, place);
    if (name === "ADD")
      await refuseArchives(
        sources.map((source) => this.#variables.expand(source, place)),
        context,
        place,
      );
    return context;
  }

  async #copy({ place, chown, chmod, sources, destination }: CopyInstruction) {
    return {
      place,
      sources: sources.map((source) => this.#variables.expand(source, place)),
      destination: this.#variables.expand(destination, place),
      owner: chown === undefined ? undefined : await this.#owner(this.#variables.expand(chown, place), place),
      mode: chmod === undefined ? undefined : parseMode(this.#variables.expand(chmod, place), place),
      workingDirectory: this.#config.WorkingDir ?? "/",
    };
  }

  #paths({ items, place }: ListInstruction) {
    return { paths: items.map((item) => this.#variables.expand(item, place)), place };
  }

  /** All names and values see the variables as they were before the instruction. */
  #assignments({ assignments, place }: AssigningInstruction) {
    const expanded = assignments.map(({ name, value }) => ({
      name: this.#variables.expand(name, place),
      value: this.#variables.expand(value, place),
    }));
    return { assignments: expanded };
  }

  #word({ word, place }: WordInstruction) {
    return { word: this.#variables.expand(word, place), place };
  }

  #words({ word, place }: WordInstruction) {
    return { word: this.#variables.expandWords(word, place), place };
  }
}

function parseMode(text: string, place: Place): number {
  if (/^[0-7]{3,4}$/.test(text)) return Number.parseInt(text, 8);
  throw unsupported(place, `--chmod=${text}`, "Use the mode's octal number");
}
