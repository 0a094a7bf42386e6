/**
 * A path pattern as Docker reads it: `*`, `?`, `[a-z]` and `\` within one part of a path, and, where `acrossFolders`,
 * `**` for any number of parts (https://docs.docker.com/build/concepts/context/#syntax).
 * Matched by walking all possibilities at once, so that no pattern takes more than its length times the path's.
 */
export type PathPattern = readonly Token[];

type Token =
  | { readonly kind: "one"; readonly accepts: (character: string) => boolean }
  /** `*`: any number of characters of one part. */
  | { readonly kind: "star" }
  /** `**` at the end: whatever follows. */
  | { readonly kind: "rest" }
  /** `**` before more: nothing, or … */
  | { readonly kind: "folders" }
  /** … everything up to and with a slash. Always follows `folders`. */
  | { readonly kind: "inFolders" };

const notSlash = (character: string) => character !== "/";

/** @throws {SyntaxError} where a `[` is not closed or a `\` ends the pattern */
export function pathPattern(text: string, options: { readonly acrossFolders: boolean }): PathPattern {
  const characters = Array.from(text);
  const tokens: Token[] = [];
  for (let index = 0; index < characters.length; ) {
    const { token, next } = readToken(characters, index, options.acrossFolders);
    tokens.push(token);
    if (token.kind === "folders") tokens.push({ kind: "inFolders" });
    index = next;
  }
  return tokens;
}

function readToken(characters: readonly string[], index: number, acrossFolders: boolean) {
  const character = characters[index] ?? "";
  if (character === "*" && acrossFolders && characters[index + 1] === "*") return readDoubleStar(characters, index);
  if (character === "*") return { token: { kind: "star" } as const, next: index + 1 };
  if (character === "?") return { token: { kind: "one", accepts: notSlash } as const, next: index + 1 };
  if (character === "[") return readClass(characters, index + 1);
  if (character !== "\\") return { token: literal(character), next: index + 1 };
  const escaped = characters[index + 1];
  if (escaped === undefined) throw new SyntaxError("\\ at the end");
  return { token: literal(escaped), next: index + 2 };
}

function readDoubleStar(characters: readonly string[], index: number) {
  const next = characters[index + 2] === "/" ? index + 3 : index + 2;
  const plain = !characters.slice(next).some((character) => "*?[]\\".includes(character));
  // Docker's own matcher takes a leading `**name` for "ends in name", unless more wildcards follow.
  const anyEnding = index === 0 && next === 2 && plain;
  const kind = next >= characters.length || anyEnding ? "rest" : "folders";
  return { token: { kind } as const, next };
}

function literal(wanted: string): Token {
  return { kind: "one", accepts: (character) => character === wanted };
}

function readClass(characters: readonly string[], start: number) {
  let index = start;
  const negated = characters[index] === "^";
  if (negated) index++;
  const ranges: (readonly [low: string, high: string])[] = [];
  while (characters[index] !== "]" || ranges.length === 0) {
    const low = readMember(characters, index);
    index = low.next;
    let high = low;
    if (characters[index] === "-" && characters[index + 1] !== "]") {
      high = readMember(characters, index + 1);
      index = high.next;
    }
    ranges.push([low.character, high.character]);
  }
  const accepts = (character: string) =>
    notSlash(character) && ranges.some(([low, high]) => low <= character && character <= high) !== negated;
  return { token: { kind: "one", accepts } as const, next: index + 1 };
}

function readMember(characters: readonly string[], index: number): { character: string; next: number } {
  const escaped = characters[index] === "\\";
  const character = characters[escaped ? index + 1 : index];
  if (character === undefined) throw new SyntaxError("[ without ]");
  return { character, next: index + (escaped ? 2 : 1) };
}

/** Whether the whole path matches. */
export function matchesPattern(path: string, pattern: PathPattern): boolean {
  let reached = skipOptional(new Set([0]), pattern);
  for (const character of path) {
    const next = new Set<number>();
    for (const position of reached) step(position, character, pattern, next);
    reached = skipOptional(next, pattern);
    if (reached.size === 0) return false;
  }
  return reached.has(pattern.length);
}

function step(position: number, character: string, pattern: PathPattern, next: Set<number>): void {
  const token = pattern[position];
  switch (token?.kind) {
    case "one":
      if (token.accepts(character)) next.add(position + 1);
      break;
    case "star":
      if (notSlash(character)) next.add(position);
      break;
    case "rest":
      next.add(position);
      break;
    case "inFolders":
      next.add(position);
      if (!notSlash(character)) next.add(position + 1);
      break;
  }
}

/** Positions that are reached without a character: behind anything that may stand for nothing. */
function skipOptional(reached: Set<number>, pattern: PathPattern): Set<number> {
  // A set visits what is added to it on the way.
  for (const position of reached) {
    const kind = pattern[position]?.kind;
    if (kind === "star" || kind === "rest" || kind === "folders") reached.add(position + 1);
    if (kind === "folders") reached.add(position + 2);
  }
  return reached;
}
