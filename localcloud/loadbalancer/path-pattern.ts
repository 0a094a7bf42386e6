/**
 * Whether a path matches a path pattern: `*` stands for any characters, also none and `/`, `?` for exactly one; case
 * counts. No regular expression, so that no pattern can make a match take exponential time.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
 */
export function pathMatches(pattern: string, path: string): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  let inPattern = 0;
  while (at < path.length) {
    const expected = pattern[inPattern];
    if (expected === "*") {
      star = inPattern++;
      afterStar = at;
    } else if (expected === "?" || expected === path[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more, and the rest of the pattern is tried again behind it.
      inPattern = star + 1;
      at = ++afterStar;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}
