import { ToolkitError } from "../../platform/errors.ts";
import { parseArguments, parseAssignments } from "./assignments.ts";
import { parseCommand, parseStringList } from "./command-line.ts";
import { parseCopy } from "./copy.ts";
import { readFlags } from "./flags.ts";
import { parseHealthCheck } from "./health-check.ts";
import type { ArgInstruction, FromInstruction, Instruction, StageInstruction } from "./instruction.ts";
import { type EscapeCharacter, type LogicalLine, logicalLines } from "./logical-lines.ts";
import { invalid, type Place, unsupported } from "./place.ts";
import { splitWords } from "./word.ts";

/** A Dockerfile as written: variables are still to be replaced. */
export interface Dockerfile {
  readonly escapeCharacter: EscapeCharacter;
  /** The ARGs before the first FROM, which FROM sees, and stages that declare them again. */
  readonly globalArguments: readonly ArgInstruction[];
  readonly stages: readonly [DockerfileStage, ...DockerfileStage[]];
}

export interface DockerfileStage {
  readonly from: FromInstruction;
  readonly instructions: readonly StageInstruction[];
  /** The first instruction that this builder does not know how to carry out; of no matter where the stage is not built. */
  readonly unsupported: ToolkitError | undefined;
}

/**
 * Reads a Dockerfile by the rules of https://docs.docker.com/reference/dockerfile/. An instruction that is known but
 * that needs an engine (RUN above all) is kept as its stage's `unsupported`.
 *
 * @param file the Dockerfile's name, for errors
 * @throws {ToolkitError} IMAGE_DOCKERFILE_INVALID for what Docker would refuse too; IMAGE_INSTRUCTION_UNSUPPORTED for
 *   another language
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const { escapeCharacter, lines } = logicalLines(text, file);
  const globalArguments: ArgInstruction[] = [];
  const stages: Writable[] = [];
  for (const line of lines) {
    const stage = stages.at(-1);
    const instruction = orUnsupported(() => parseInstruction(line, escapeCharacter));
    if (instruction instanceof ToolkitError) {
      if (stage === undefined) throw instruction;
      stage.unsupported ??= instruction;
    } else if (instruction.name === "FROM") {
      stages.push({ from: instruction, instructions: [], unsupported: undefined });
    } else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.name === "ARG") globalArguments.push(instruction);
    else throw invalid(instruction.place, `${instruction.name} stands before FROM; only ARG may`);
  }
  const [first, ...others] = stages;
  if (first === undefined) throw invalid({ file, line: 1 }, "no FROM: a Dockerfile must name its base");
  return { escapeCharacter, globalArguments, stages: [first, ...others] };
}

interface Writable extends DockerfileStage {
  readonly instructions: StageInstruction[];
  unsupported: ToolkitError | undefined;
}

function orUnsupported<T>(parse: () => T): T | ToolkitError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ToolkitError && error.code === "IMAGE_INSTRUCTION_UNSUPPORTED") return error;
    throw error;
  }
}

/**
 * Reads the instructions that a base image wants to begin with (ONBUILD).
 *
 * @param place where the FROM is that names the base
 * @throws {ToolkitError} as {@link parseDockerfile}
 */
export function parseTriggers(
  triggers: readonly string[],
  escapeCharacter: EscapeCharacter,
  place: Place,
): StageInstruction[] {
  return triggers.map((text) => {
    const instruction = parseInstruction({ text, place }, escapeCharacter);
    if (instruction.name === "FROM") throw invalid(place, "the base image has an ONBUILD FROM");
    return instruction;
  });
}

function parseInstruction({ text, place }: LogicalLine, escapeCharacter: EscapeCharacter): Instruction {
  const [, word = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const name = word.toUpperCase();
  const at = { place, text };
  if (rest === "" && known.has(name)) throw invalid(place, `${name} needs an argument`);
  switch (name) {
    case "FROM":
      return { name, ...at, ...parseFrom(rest, escapeCharacter, place) };
    case "ARG":
      return { name, ...at, arguments: parseArguments(rest, escapeCharacter, place) };
    case "ENV":
    case "LABEL":
      return { name, ...at, assignments: parseAssignments(name, rest, escapeCharacter, place) };
    case "COPY":
    case "ADD":
      return { name, ...at, ...parseCopy(name, rest, place) };
    case "SHELL":
      return { name, ...at, items: parseShell(rest, place) };
    case "VOLUME":
      return { name, ...at, items: parseStringList(rest) ?? splitWords(rest, escapeCharacter) };
    case "ONBUILD":
      return { name, ...at, trigger: parseTrigger(rest, place) };
    case "WORKDIR":
    case "USER":
    case "STOPSIGNAL":
    case "EXPOSE":
    case "MAINTAINER":
      return { name, ...at, word: rest };
    case "CMD":
    case "ENTRYPOINT":
      return { name, ...at, command: parseCommand(rest) };
    case "HEALTHCHECK":
      return { name, ...at, healthCheck: parseHealthCheck(rest, place) };
    default:
      throw unsupportedInstruction(name, place);
  }
}

const known = new Set(
  "FROM ARG ENV LABEL COPY ADD WORKDIR USER STOPSIGNAL EXPOSE MAINTAINER SHELL VOLUME ONBUILD CMD ENTRYPOINT HEALTHCHECK".split(
    " ",
  ),
);

function unsupportedInstruction(name: string, place: Place) {
  return name === "RUN" ? unsupported(place, name) : invalid(place, `unknown instruction: ${name}`);
}

function parseShell(rest: string, place: Place): string[] {
  const shell = parseStringList(rest);
  if (shell === undefined || shell.length === 0)
    throw invalid(place, "SHELL requires the arguments to be in JSON form");
  return shell;
}

function parseTrigger(rest: string, place: Place): string {
  const [word = ""] = rest.split(/\s/, 1);
  if (/^(?:ONBUILD|FROM|MAINTAINER)$/i.test(word)) throw invalid(place, `${word} isn't allowed as an ONBUILD trigger`);
  return rest;
}

/** `FROM [--platform=…] image [AS name]` */
function parseFrom(
  rest: string,
  escapeCharacter: EscapeCharacter,
  place: Place,
): Pick<FromInstruction, "image" | "stage" | "platform"> {
  const { flags, rest: words } = readFlags(rest);
  for (const flag of flags.keys()) if (flag !== "platform") throw unsupported(place, `the flag --${flag} of FROM`);
  const [image, as, stage, ...more] = splitWords(words, escapeCharacter);
  if (image === undefined) throw invalid(place, "FROM needs an image");
  const named = as?.toUpperCase() === "AS" && stage !== undefined && more.length === 0;
  if (as !== undefined && !named) throw invalid(place, "FROM must be of the form: FROM image [AS name]");
  if (stage !== undefined && !/^[a-z][a-z0-9-_.]*$/i.test(stage))
    throw invalid(place, `"${stage}" is no name for a stage`);
  return { image, stage: stage?.toLowerCase(), platform: flags.get("platform") };
}
