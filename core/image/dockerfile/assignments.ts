import type { ArgInstruction, Assignment } from "./instruction.ts";
import type { EscapeCharacter } from "./logical-lines.ts";
import { invalid, type Place } from "./place.ts";
import { splitWords } from "./word.ts";

/** `NAME=value …`, or the old form `NAME value that may hold blanks`. */
export function parseAssignments(
  instruction: "ENV" | "LABEL",
  rest: string,
  escapeCharacter: EscapeCharacter,
  place: Place,
): Assignment[] {
  const words = splitWords(rest, escapeCharacter);
  if (words[0]?.includes("=") !== true) return [oldForm(instruction, rest, place)];
  return words.map((word) => {
    const { name, value } = splitAtEquals(word);
    if (value === undefined) throw invalid(place, `can't find = in "${word}": must be of the form name=value`);
    if (name === "") throw invalid(place, `${instruction} names can not be blank`);
    return { name, value };
  });
}

function oldForm(instruction: string, rest: string, place: Place): Assignment {
  const [, name, value] = /^(\S+)\s+([\s\S]+)$/.exec(rest) ?? [];
  if (name === undefined || value === undefined) throw invalid(place, `${instruction} must have two arguments`);
  return { name, value };
}

/** `NAME`, `NAME=default`, and several of them. */
export function parseArguments(
  rest: string,
  escapeCharacter: EscapeCharacter,
  place: Place,
): ArgInstruction["arguments"] {
  return splitWords(rest, escapeCharacter).map((word) => {
    const { name, value } = splitAtEquals(word);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw invalid(place, `"${name}" is no name for an ARG`);
    return { name, value };
  });
}

function splitAtEquals(word: string): { name: string; value: string | undefined } {
  const equals = word.indexOf("=");
  if (equals === -1) return { name: word, value: undefined };
  return { name: word.slice(0, equals), value: word.slice(equals + 1) };
}
