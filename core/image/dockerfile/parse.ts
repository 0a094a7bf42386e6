import { parseArguments, parseAssignments } from "./assignments.ts";
import { parseCommand } from "./command-line.ts";
import { parseCopy } from "./copy.ts";
import { readFlags } from "./flags.ts";
import { parseHealthCheck } from "./health-check.ts";
import type { ArgInstruction, FromInstruction, Instruction, StageInstruction } from "./instruction.ts";
import { type EscapeCharacter, type LogicalLine, logicalLines } from "./logical-lines.ts";
import { invalid, type Place, unsupported } from "./place.ts";
import { splitWords } from "./word.ts";

/** A Dockerfile with one stage, as written: variables are still to be replaced. */
export interface Dockerfile {
  readonly escapeCharacter: EscapeCharacter;
  /** The ARGs before FROM, which only FROM sees. */
  readonly globalArguments: readonly ArgInstruction[];
  readonly from: FromInstruction;
  readonly instructions: readonly StageInstruction[];
}

/**
 * Reads a Dockerfile that uses FROM, ARG, ENV, LABEL, WORKDIR, COPY, USER, EXPOSE, HEALTHCHECK, STOPSIGNAL, CMD and
 * ENTRYPOINT, by the rules of https://docs.docker.com/reference/dockerfile/.
 *
 * @param file the Dockerfile's name, for errors
 * @throws {ToolkitError} IMAGE_INSTRUCTION_UNSUPPORTED for another instruction, flag or stage, naming it and its line;
 *   IMAGE_DOCKERFILE_INVALID for what Docker would refuse too
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const { escapeCharacter, lines } = logicalLines(text, file);
  const globalArguments: ArgInstruction[] = [];
  const instructions: StageInstruction[] = [];
  let from: FromInstruction | undefined;
  for (const line of lines) {
    const instruction = parseInstruction(line, escapeCharacter);
    if (instruction.name === "FROM") {
      if (from !== undefined) throw unsupported(instruction.place, "a second stage (FROM)");
      from = instruction;
    } else if (from !== undefined) instructions.push(instruction);
    else if (instruction.name === "ARG") globalArguments.push(instruction);
    else throw invalid(instruction.place, `${instruction.name} stands before FROM; only ARG may`);
  }
  if (from === undefined) throw invalid({ file, line: 1 }, "no FROM: a Dockerfile must name its base");
  return { escapeCharacter, globalArguments, from, instructions };
}

function parseInstruction({ text, place }: LogicalLine, escapeCharacter: EscapeCharacter): Instruction {
  const [, word = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const name = word.toUpperCase();
  const at = { place, text };
  if (rest === "" && known.has(name)) throw invalid(place, `${name} needs an argument`);
  switch (name) {
    case "FROM":
      return { name, ...at, image: parseFrom(rest, escapeCharacter, place) };
    case "ARG":
      return { name, ...at, arguments: parseArguments(rest, escapeCharacter, place) };
    case "ENV":
    case "LABEL":
      return { name, ...at, assignments: parseAssignments(name, rest, escapeCharacter, place) };
    case "COPY":
      return { name, ...at, ...parseCopy(rest, place) };
    case "WORKDIR":
    case "USER":
    case "STOPSIGNAL":
    case "EXPOSE":
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

const known = new Set("FROM ARG ENV LABEL COPY WORKDIR USER STOPSIGNAL EXPOSE CMD ENTRYPOINT HEALTHCHECK".split(" "));
const dockers = new Set("ADD MAINTAINER ONBUILD RUN SHELL VOLUME".split(" "));

function unsupportedInstruction(name: string, place: Place) {
  if (dockers.has(name)) return unsupported(place, name, name === "ADD" ? "Use COPY" : undefined);
  return invalid(place, `unknown instruction: ${name}`);
}

/** `FROM image [AS name]`; a name is of no use to a single stage, and allowed. */
function parseFrom(rest: string, escapeCharacter: EscapeCharacter, place: Place): string {
  const { flags, rest: words } = readFlags(rest);
  for (const flag of flags.keys()) throw unsupported(place, `the flag --${flag} of FROM`, "Give the input platform");
  const [image, as, stage, ...more] = splitWords(words, escapeCharacter);
  if (image === undefined) throw invalid(place, "FROM needs an image");
  const named = as?.toUpperCase() === "AS" && stage !== undefined && more.length === 0;
  if (as !== undefined && !named) throw invalid(place, "FROM must be of the form: FROM image [AS name]");
  return image;
}
