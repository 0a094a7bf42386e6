import { posix } from "node:path";
import { matchesPattern, type PathPattern, pathPattern } from "../path-pattern.ts";

/** Which paths of a build context do not belong to it. Paths are relative, with slashes. */
export interface IgnoreRules {
  ignores(path: string): boolean;
  /** Whether something inside of an ignored folder may be taken in again by a `!` rule. */
  mayTakeInBelow(folder: string): boolean;
}

interface Rule {
  readonly takesIn: boolean;
  readonly text: string;
  readonly pattern: PathPattern;
}

/**
 * Reads a .dockerignore file: one pattern a line, `#` comments, `!` takes in again what an earlier line ignored, the
 * last line that matches wins, and a pattern that matches a folder matches everything in it.
 * Follows https://docs.docker.com/build/concepts/context/#dockerignore-files.
 *
 * @throws {SyntaxError} naming the pattern that is none
 */
export function ignoreRules(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(parseRule);
  const takingIn = rules.filter((rule) => rule.takesIn);
  return {
    ignores: (path) => ignores(pathAndParents(path), rules),
    mayTakeInBelow: (folder) => takingIn.some((rule) => mayMatchBelow(folder, rule.text)),
  };
}

function parseRule(line: string): Rule {
  const takesIn = line.startsWith("!");
  const text = cleanPath(takesIn ? line.slice(1).trim() : line);
  if (takesIn && text === ".") throw new SyntaxError(`"${line}" names nothing`);
  try {
    return { takesIn, text, pattern: pathPattern(text, { acrossFolders: true }) };
  } catch (error) {
    throw new SyntaxError(`"${line}" is no pattern: ${error instanceof Error ? error.message : error}`);
  }
}

/** A pattern means the same with and without a leading or a trailing slash. */
function cleanPath(pattern: string): string {
  return posix
    .normalize(pattern)
    .replace(/^\/(?=.)/, "")
    .replace(/(?<=.)\/$/, "");
}

function pathAndParents(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
}

function ignores(paths: readonly string[], rules: readonly Rule[]): boolean {
  let ignored = false;
  for (const rule of rules) {
    const changesIt = rule.takesIn === ignored;
    if (changesIt && paths.some((path) => matchesPattern(path, rule.pattern))) ignored = !rule.takesIn;
  }
  return ignored;
}

/** True unless the rule, up to its first wildcard, plainly points elsewhere. */
function mayMatchBelow(folder: string, rule: string): boolean {
  const wildcard = rule.search(/[*?[\\]/);
  const plain = wildcard === -1 ? rule : rule.slice(0, wildcard);
  const inside = `${folder}/`;
  if (wildcard === -1) return plain.startsWith(inside) || inside.startsWith(`${plain}/`);
  return plain.startsWith(inside) || inside.startsWith(plain);
}
