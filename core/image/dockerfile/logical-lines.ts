import { invalid, type Place, unsupported } from "./place.ts";

export type EscapeCharacter = "\\" | "`";

/** An instruction's text with its continuation lines joined. */
export interface LogicalLine {
  readonly text: string;
  readonly place: Place;
}

export interface LogicalLines {
  readonly escapeCharacter: EscapeCharacter;
  readonly lines: readonly LogicalLine[];
}

/**
 * Splits a Dockerfile into instructions' lines: parser directives read, comments and empty lines dropped (also between
 * continuation lines), continuation lines joined.
 * Follows https://docs.docker.com/reference/dockerfile/#parser-directives and #escape.
 *
 * @throws {ToolkitError} IMAGE_DOCKERFILE_INVALID, IMAGE_INSTRUCTION_UNSUPPORTED
 */
export function logicalLines(text: string, file: string): LogicalLines {
  const physical = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const escapeCharacter = readDirectives(physical, file);
  const lines: LogicalLine[] = [];
  let open: { text: string; place: Place } | undefined;
  for (const [index, line] of physical.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const { text: part, continues } = cutContinuation(line, escapeCharacter);
    open ??= { text: "", place: { file, line: index + 1 } };
    open.text += part;
    if (continues) continue;
    lines.push({ text: open.text.trim(), place: open.place });
    open = undefined;
  }
  if (open !== undefined) lines.push({ text: open.text.trim(), place: open.place });
  return { escapeCharacter, lines };
}

/** The escape character ends a line only where it is not itself escaped; blanks after it do not count. */
function cutContinuation(line: string, escapeCharacter: EscapeCharacter): { text: string; continues: boolean } {
  const trimmed = withoutBlanksAtEnd(line);
  const continues = trimmed.endsWith(escapeCharacter) && trimmed.at(-2) !== escapeCharacter;
  return continues ? { text: trimmed.slice(0, -1), continues } : { text: line, continues };
}

/** By hand: a pattern for it takes the square of the blanks' number where something follows them. */
function withoutBlanksAtEnd(line: string): string {
  let end = line.length;
  while (line[end - 1] === " " || line[end - 1] === "\t") end--;
  return line.slice(0, end);
}

/** Directives stand before everything else; the first line that is none ends them. */
function readDirectives(physical: readonly string[], file: string): EscapeCharacter {
  const seen = new Map<string, string>();
  for (const [index, line] of physical.entries()) {
    const [, name, value] = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*)$/.exec(line) ?? [];
    const directive = name?.toLowerCase();
    if (directive === undefined || value === undefined || !checks.has(directive)) break;
    const place = { file, line: index + 1 };
    if (seen.has(directive)) throw invalid(place, `only one ${directive} parser directive can be used`);
    checks.get(directive)?.(value.trimEnd(), place);
    seen.set(directive, value.trimEnd());
  }
  return seen.get("escape") === "`" ? "`" : "\\";
}

/** `check` only configures warnings, which this builder has none of. */
const checks = new Map<string, (value: string, place: Place) => void>([
  ["escape", checkEscape],
  ["syntax", checkSyntax],
  ["check", () => {}],
]);

function checkEscape(value: string, place: Place): void {
  if (value !== "\\" && value !== "`") throw invalid(place, `the escape character must be \\ or \`, not ${value}`);
}

/** Docker's own frontends all read the instructions that are supported here alike; another one may read anything. */
function checkSyntax(value: string, place: Place): void {
  if (!/^(docker\.io\/)?docker\/dockerfile(-upstream)?([:@].*)?$/.test(value)) {
    throw unsupported(place, `the syntax directive ${value}`);
  }
}
