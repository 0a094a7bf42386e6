import type { CommandLine } from "./instruction.ts";

/**
 * A command in exec form where it is a JSON list of strings, in shell form otherwise, as Docker decides it.
 * Variables in a command are the shell's at run time, never the builder's.
 */
export function parseCommand(text: string): CommandLine {
  const list = parseStringList(text);
  return list === undefined ? { shell: text } : { exec: list };
}

/** A JSON list of strings, or `undefined` where the text is none. */
export function parseStringList(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}
