/**
 * Filter patterns for unstructured log events: terms that must all be there, quoted phrases, `-excluded` ones and
 * `?optional` ones. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { constraint, invalidParameter, notLocally } from "./errors.ts";

const maximumPatternLength = 1024;

interface Term {
  readonly kind: "include" | "exclude" | "optional";
  readonly text: string;
}

/** Whether a log event's message matches. */
export type Filter = (message: string) => boolean;

const otherLanguages: Readonly<Record<string, string>> = {
  "{": "filter by patterns for JSON",
  "[": "filter by patterns for space-delimited events",
  "%": "filter by regular expressions",
};

const kinds: Readonly<Record<string, Term["kind"]>> = { "?": "optional", "-": "exclude", "": "include" };

/** @throws {AwsError} `InvalidParameterException` for what is no pattern, and for the kinds that are not done here. */
export function filterPattern(pattern: string | undefined): Filter {
  const text = pattern?.trim() ?? "";
  if (text.length > maximumPatternLength)
    throw constraint(text, "filterPattern", `have length less than or equal to ${maximumPatternLength}`);
  const other = otherLanguages[text.slice(0, 1)];
  if (other !== undefined) throw notLocally("filterPattern", other);
  return matching(termsOf(text));
}

function matching(terms: readonly Term[]): Filter {
  const texts = (kind: Term["kind"]) => terms.filter((term) => term.kind === kind).map((term) => term.text);
  const [included, excluded, optional] = [texts("include"), texts("exclude"), texts("optional")];
  // AWS: "If you combine ? with other filter patterns, the question mark (?) will be ignored", term and all.
  const anyOf = included.length + excluded.length === 0 ? optional : [];
  return (message) => {
    const has = (text: string) => message.includes(text);
    return included.every(has) && !excluded.some(has) && (anyOf.length === 0 || anyOf.some(has));
  };
}

function termsOf(pattern: string): Term[] {
  const terms: Term[] = [];
  const term = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/suy;
  while (term.lastIndex < pattern.length) {
    const at = term.lastIndex;
    const match = term.exec(pattern);
    if (match === null) throw invalidParameter(`Invalid filter pattern: ${pattern.slice(at).trim()}`);
    const [, prefix = "", quoted, bare = ""] = match;
    terms.push({ kind: kinds[prefix] ?? "include", text: quoted?.replace(/\\(.)/gsu, "$1") ?? checkedTerm(bare) });
  }
  return terms;
}

/** Other characters than letters, digits and the underscore need quotation marks. */
function checkedTerm(term: string): string {
  const [invalid] = /[^\p{L}\p{N}_]/u.exec(term) ?? [];
  if (invalid !== undefined) throw invalidParameter(`Invalid character(s) in term '${invalid}'`);
  return term;
}
