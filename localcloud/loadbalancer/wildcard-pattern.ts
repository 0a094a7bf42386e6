/**
 * The patterns of rule conditions: `*` stands for any characters, also none, `?` for exactly one.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */

const ANY = -1;
const ONE = -2;

export interface PatternOptions {
  readonly ignoreCase?: boolean;
  /** Whether `\` makes a `*` or `?` behind it an ordinary character. */
  readonly escapes?: boolean;
}

/** @returns whether a whole text matches. */
export type TextMatch = (text: string) => boolean;

/** No regular expression, so that no pattern can make a match take exponential time. */
export function wildcardPattern(
  pattern: string,
  { ignoreCase = false, escapes = false }: PatternOptions = {},
): TextMatch {
  const folded = ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
  const tokens = tokensOf(folded(pattern), escapes);
  return (text) => matches(tokens, folded(text));
}

/** Code units, with `ANY` and `ONE` for the wildcards. */
function tokensOf(pattern: string, escapes: boolean): number[] {
  const tokens: number[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    const next = pattern[at + 1];
    if (escapes && character === "\\" && (next === "*" || next === "?")) tokens.push(pattern.charCodeAt(++at));
    else if (character === "*") tokens.push(ANY);
    else if (character === "?") tokens.push(ONE);
    else tokens.push(pattern.charCodeAt(at));
  }
  return tokens;
}

function matches(tokens: readonly number[], text: string): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  let inPattern = 0;
  while (at < text.length) {
    const expected = tokens[inPattern];
    if (expected === ANY) {
      star = inPattern++;
      afterStar = at;
    } else if (expected === ONE || expected === text.charCodeAt(at)) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more, and the rest of the pattern is tried again behind it.
      inPattern = star + 1;
      at = ++afterStar;
    } else return false;
  }
  while (tokens[inPattern] === ANY) inPattern++;
  return inPattern === tokens.length;
}
