import { ToolkitError } from "../platform/errors.ts";

const word = /(?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+/y;
const parts = /\\([\s\S])|"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'/g;

/**
 * A container's command out of one text: a JSON list of strings, or words as a POSIX shell splits and unquotes them
 * (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02). Nothing is expanded.
 * @throws {ToolkitError} INPUT_INVALID
 */
export function commandWords(text: string): readonly string[] {
  const trimmed = text.trim();
  return trimmed.startsWith("[") ? jsonList(trimmed) : shellWords(trimmed);
}

function jsonList(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  } catch {
    throw invalid("it begins as a JSON list and is none");
  }
  throw invalid("a JSON list must hold strings only");
}

function shellWords(text: string): readonly string[] {
  if (text === "") throw invalid("it is empty");
  const words: string[] = [];
  let position = 0;
  while (position < text.length) {
    word.lastIndex = position;
    const found = word.exec(text)?.[0];
    if (found === undefined) throw invalid("a quote is not closed, or a backslash stands at the end");
    words.push(unquoted(found));
    position += found.length;
    position += /^\s*/.exec(text.slice(position))?.[0].length ?? 0;
  }
  return words;
}

/** A backslash before a line's end joins lines; in double quotes it quotes only `$`, a backquote, `"` and itself. */
function unquoted(raw: string): string {
  return raw.replace(parts, (_, escaped?: string, double?: string, single?: string) => {
    if (escaped !== undefined) return escaped === "\n" ? "" : escaped;
    if (double !== undefined)
      return double.replace(/\\([$`"\\\n])/g, (__, kept: string) => (kept === "\n" ? "" : kept));
    return single ?? "";
  });
}

function invalid(why: string): ToolkitError {
  return new ToolkitError(
    "INPUT_INVALID",
    `command: ${why}`,
    'Correct the input command: give words as in a shell, or a JSON list such as ["node", "server.js"].',
  );
}
