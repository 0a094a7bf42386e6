import type { BaseImage } from "./base/base-image.ts";
import type { BuildVariables } from "./build-variables.ts";
import {
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
import type { BuildContext } from "./context/build-context.ts";
import type {
  AssigningInstruction,
  CopyInstruction,
  StageInstruction,
  WordInstruction,
} from "./dockerfile/instruction.ts";
import { invalid, type Place, unsupported } from "./dockerfile/place.ts";
import { copyEntries, missingFolders, resolveIn } from "./layer/copy-entries.ts";
import type { ImageFiles } from "./layer/image-files.ts";
import type { LayerEntry, Owner } from "./layer/layer-entry.ts";

const root: Owner = { uid: 0, gid: 0 };

/** A build's stage on its way through the Dockerfile. */
export class Stage {
  readonly #context: BuildContext;
  readonly #files: ImageFiles;
  readonly #variables: BuildVariables;
  #config: ContainerConfig;
  #ownCommand = false;

  constructor(base: BaseImage, context: BuildContext, variables: BuildVariables) {
    const { OnBuild: _, ...config } = base.configuration.config;
    this.#config = config;
    this.#files = base.files;
    this.#context = context;
    this.#variables = variables;
    variables.setEnvironment(config.Env ?? []);
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
        return copyEntries(this.#copy(instruction), this.#context, this.#files);
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
      case "STOPSIGNAL":
        this.#config = setStopSignal(config, this.#word(instruction));
        break;
    }
  }

  /** WORKDIR makes its folder where it is missing; where it is there, no layer is needed. */
  #enterFolder(instruction: WordInstruction): LayerEntry[] | undefined {
    const { place } = instruction;
    this.#config = setWorkingDirectory(this.#config, this.#word(instruction));
    const path = resolveIn(this.#files, this.#config.WorkingDir ?? "/", place);
    if (this.#files.find(path)?.type === "directory") return undefined;
    return missingFolders(path, this.#files, workingDirectoryOwner(this.#config.User, place), place);
  }

  #copy({ place, chown, sources, destination }: CopyInstruction) {
    return {
      place,
      sources: sources.map((source) => this.#variables.expand(source, place)),
      destination: this.#variables.expand(destination, place),
      owner: chown === undefined ? root : parseOwner(this.#variables.expand(chown, place), place, "COPY --chown"),
      workingDirectory: this.#config.WorkingDir ?? "/",
    };
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

/** Docker gives a WORKDIR that it creates to the user that is set by then. */
function workingDirectoryOwner(user: string | undefined, place: Place): Owner {
  if (user === undefined || user === "" || user === "root") return root;
  return parseOwner(user, place, "WORKDIR of a new folder after USER");
}

/** A user without a group stands for the group of the same number. */
function parseOwner(text: string, place: Place, what: string): Owner {
  const [, user, group = user] = /^([^:]+)(?::([^:]+))?$/.exec(text) ?? [];
  if (user === undefined || group === undefined) throw invalid(place, `"${text}" is no user`);
  if (!/^\d{1,10}$/.test(user) || !/^\d{1,10}$/.test(group)) {
    throw unsupported(place, `${what} with the name ${text}`, "Use the numbers of user and group");
  }
  const owner = { uid: Number(user), gid: Number(group) };
  if (owner.uid > 0xffff_fffe || owner.gid > 0xffff_fffe) throw invalid(place, `"${text}" is no user`);
  return owner;
}
