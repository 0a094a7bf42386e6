/** Patterns of tags, in which `*` stands for any characters: those of exclusion filters and of lifecycle rules. */

const CHARACTERS = /^[0-9a-zA-Z._*-]{1,128}$/;

/** @param maxWildcards limits also what a match can cost. */
export function isTagPattern(pattern: string, maxWildcards: number): boolean {
  return CHARACTERS.test(pattern) && pattern.split("*").length - 1 <= maxWildcards;
}

/** @param pattern one that {@link isTagPattern} takes. */
export function tagMatches(pattern: string, tag: string): boolean {
  return new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(tag);
}
