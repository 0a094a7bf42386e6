import type { ArgInstruction, FromInstruction } from "./dockerfile/instruction.ts";
import type { Dockerfile } from "./dockerfile/parse.ts";
import { invalid, type Place, unsupported } from "./dockerfile/place.ts";
import { expandWord, splitWords } from "./dockerfile/word.ts";
import { formatPlatform, type Platform } from "./platform.ts";

/**
 * The variables of a stage: build arguments, the ARGs before FROM, the ARGs of the stage and its environment.
 * https://docs.docker.com/reference/dockerfile/#scope and #understand-how-arg-and-from-interact
 */
export class BuildVariables {
  readonly #dockerfile: Pick<Dockerfile, "escapeCharacter" | "globalArguments">;
  readonly #buildArgs: ReadonlyMap<string, string>;
  readonly #global: Map<string, string>;
  readonly #stage = new Map<string, string>();
  #environment: ReadonlyMap<string, string> = new Map();

  constructor(
    dockerfile: Pick<Dockerfile, "escapeCharacter" | "globalArguments">,
    buildArgs: ReadonlyMap<string, string>,
    platform: Platform,
  ) {
    this.#dockerfile = dockerfile;
    this.#buildArgs = buildArgs;
    this.#global = platformArguments(platform);
    for (const instruction of dockerfile.globalArguments) this.#declare(instruction, this.#global, this.#globalValue);
  }

  /** What FROM names, out of the ARGs before it alone. */
  base({ image, place }: Pick<FromInstruction, "image" | "place">): string {
    const name = this.expandGlobal(image, place);
    if (name === "") throw invalid(place, `base name (${image}) should not be blank`);
    return name;
  }

  /** A word of FROM. */
  expandGlobal(word: string, place: Place): string {
    if (/\$\{?BUILD(?:PLATFORM|OS|ARCH|VARIANT)\b/.test(word)) throw unsupported(place, `${word} in FROM`);
    return expandWord(word, this.#globalValue, this.#dockerfile.escapeCharacter, place);
  }

  /** An ARG of the stage: the build argument, its default, or the ARG of that name before FROM. */
  declare(instruction: ArgInstruction): void {
    this.#declare(instruction, this.#stage, this.#value);
  }

  /** Environment variables go before arguments of the same name. */
  setEnvironment(entries: readonly string[]): void {
    const pairs = entries.map((entry) => [entry.split("=", 1)[0] ?? "", entry.slice(entry.indexOf("=") + 1)] as const);
    this.#environment = new Map(pairs);
  }

  expand(word: string, place: Place): string {
    return expandWord(word, this.#value, this.#dockerfile.escapeCharacter, place);
  }

  /** The words of a text, which a variable with blanks in it may add to. */
  expandWords(text: string, place: Place): string {
    const { escapeCharacter } = this.#dockerfile;
    return splitWords(text, escapeCharacter)
      .map((word) => expandWord(word, this.#value, escapeCharacter, place))
      .join(" ")
      .trim();
  }

  #declare(instruction: ArgInstruction, scope: Map<string, string>, variables: (name: string) => string | undefined) {
    for (const { name, value } of instruction.arguments) {
      if (/^BUILD(PLATFORM|OS|OSVERSION|ARCH|VARIANT)$/.test(name)) throw unsupported(instruction.place, `ARG ${name}`);
      const own =
        value === undefined
          ? undefined
          : expandWord(value, variables, this.#dockerfile.escapeCharacter, instruction.place);
      const given = this.#buildArgs.get(name) ?? own ?? this.#global.get(name);
      if (given !== undefined) scope.set(name, given);
    }
  }

  readonly #globalValue = (name: string) => this.#global.get(name);
  readonly #value = (name: string) => this.#environment.get(name) ?? this.#stage.get(name);
}

/** https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
function platformArguments(platform: Platform): Map<string, string> {
  return new Map([
    ["TARGETPLATFORM", formatPlatform(platform)],
    ["TARGETOS", platform.os],
    ["TARGETARCH", platform.architecture],
    ["TARGETVARIANT", platform.variant ?? ""],
  ]);
}

/** Build arguments that no ARG of any stage takes. */
export function unusedBuildArgs(
  { globalArguments, stages }: Dockerfile,
  buildArgs: ReadonlyMap<string, string>,
): string[] {
  const declared = [...globalArguments, ...stages.flatMap(({ instructions }) => instructions)].flatMap((instruction) =>
    instruction.name === "ARG" ? instruction.arguments.map(({ name }) => name) : [],
  );
  return [...buildArgs.keys()].filter((name) => !declared.includes(name) && !isProxyArgument(name));
}

/** Docker takes these without an ARG, for RUN. */
function isProxyArgument(name: string): boolean {
  return /^(http|https|ftp|no|all)_proxy$/i.test(name);
}
