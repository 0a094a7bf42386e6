import type { ArgInstruction } from "./dockerfile/instruction.ts";
import type { Dockerfile } from "./dockerfile/parse.ts";
import { invalid, type Place, unsupported } from "./dockerfile/place.ts";
import { expandWord, splitWords } from "./dockerfile/word.ts";
import { formatPlatform, type Platform } from "./platform.ts";

/**
 * The variables of a build: build arguments, the ARGs before FROM, the ARGs of the stage and its environment.
 * https://docs.docker.com/reference/dockerfile/#scope and #understand-how-arg-and-from-interact
 */
export class BuildVariables {
  readonly #dockerfile: Dockerfile;
  readonly #buildArgs: ReadonlyMap<string, string>;
  readonly #global: Map<string, string>;
  readonly #stage = new Map<string, string>();
  readonly #used = new Set<string>();
  #environment: ReadonlyMap<string, string> = new Map();

  constructor(dockerfile: Dockerfile, buildArgs: ReadonlyMap<string, string>, platform: Platform) {
    this.#dockerfile = dockerfile;
    this.#buildArgs = buildArgs;
    this.#global = platformArguments(platform);
    for (const instruction of dockerfile.globalArguments) this.#declare(instruction, this.#global, this.#globalValue);
  }

  /** What FROM names, out of the ARGs before it alone. */
  base(): string {
    const { image, place } = this.#dockerfile.from;
    const name = expandWord(image, this.#globalValue, this.#dockerfile.escapeCharacter, place);
    if (name === "") throw invalid(place, `base name (${image}) should not be blank`);
    return name;
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

  unusedBuildArgs(): string[] {
    return [...this.#buildArgs.keys()].filter((name) => !this.#used.has(name) && !isProxyArgument(name));
  }

  #declare(instruction: ArgInstruction, scope: Map<string, string>, variables: (name: string) => string | undefined) {
    for (const { name, value } of instruction.arguments) {
      if (/^BUILD(PLATFORM|OS|OSVERSION|ARCH|VARIANT)$/.test(name)) throw unsupported(instruction.place, `ARG ${name}`);
      this.#used.add(name);
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

/** Docker takes these without an ARG, for RUN. */
function isProxyArgument(name: string): boolean {
  return /^(http|https|ftp|no|all)_proxy$/i.test(name);
}
