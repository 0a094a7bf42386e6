import type { EscapeCharacter } from "./logical-lines.ts";
import { invalid, type Place, unsupported } from "./place.ts";

/** What a variable stands for; `undefined` where it is not set. */
export type Variables = (name: string) => string | undefined;

/**
 * Replaces variables in a word and takes its quotes and escapes away, as the shell would:
 * `$NAME`, `${NAME}`, `${NAME:-word}`, `${NAME:+word}`, the same without the colon, `\$` for a dollar sign, nothing at
 * all between single quotes. A variable that is not set is empty.
 * Follows https://docs.docker.com/reference/dockerfile/#environment-replacement.
 *
 * @throws {ToolkitError} IMAGE_DOCKERFILE_INVALID, IMAGE_INSTRUCTION_UNSUPPORTED (for bash's other modifiers)
 */
export function expandWord(word: string, variables: Variables, escapeCharacter: EscapeCharacter, place: Place): string {
  return new WordReader(word, variables, escapeCharacter, place).read(undefined);
}

/** Nobody nests this deep, and the reader's own stack ends somewhere. */
const maxDepth = 100;

class WordReader {
  readonly #characters: readonly string[];
  readonly #variables: Variables;
  readonly #escape: EscapeCharacter;
  readonly #place: Place;
  #next = 0;
  #depth = 0;

  constructor(word: string, variables: Variables, escapeCharacter: EscapeCharacter, place: Place) {
    this.#characters = Array.from(word);
    this.#variables = variables;
    this.#escape = escapeCharacter;
    this.#place = place;
  }

  /** Reads up to the end, or up to and without the closing character. */
  read(close: "}" | undefined): string {
    let result = "";
    for (let character = this.#take(); character !== undefined; character = this.#take()) {
      if (character === close) return result;
      result += this.#piece(character);
    }
    if (close !== undefined) throw this.#missing(close);
    return result;
  }

  #piece(character: string): string {
    if (character === "'") return this.#singleQuoted();
    if (character === '"') return this.#doubleQuoted();
    if (character === "$") return this.#variable();
    // An escape character at the very end stands for nothing.
    if (character === this.#escape) return this.#take() ?? "";
    return character;
  }

  #singleQuoted(): string {
    const end = this.#characters.indexOf("'", this.#next);
    if (end === -1) throw this.#missing("'");
    const quoted = this.#characters.slice(this.#next, end).join("");
    this.#next = end + 1;
    return quoted;
  }

  #doubleQuoted(): string {
    let result = "";
    for (let character = this.#take(); character !== undefined; character = this.#take()) {
      if (character === '"') return result;
      if (character === "$") result += this.#variable();
      else if (character === this.#escape) result += this.#escapedInQuotes();
      else result += character;
    }
    throw this.#missing('"');
  }

  /** Between double quotes only these three can be escaped; before anything else the escape character stands for itself. */
  #escapedInQuotes(): string {
    const next = this.#characters[this.#next];
    if (next !== '"' && next !== "$" && next !== this.#escape) return this.#escape;
    this.#next++;
    return next;
  }

  #variable(): string {
    if (this.#characters[this.#next] !== "{") {
      const name = this.#name();
      return name === "" ? "$" : (this.#variables(name) ?? "");
    }
    this.#next++;
    const name = this.#name();
    if (name === "") throw invalid(this.#place, "a $ and a { stand before no name");
    return this.#modified(this.#variables(name));
  }

  #modified(value: string | undefined): string {
    const modifier = this.#take();
    if (modifier === undefined) throw this.#missing("}");
    if (modifier === "}") return value ?? "";
    const colon = modifier === ":";
    const operator = colon ? this.#take() : modifier;
    if (operator !== "-" && operator !== "+") {
      throw unsupported(this.#place, `the modifier ${colon ? ":" : ""}${operator ?? ""} of a variable`);
    }
    const word = this.#alternative();
    const set = value !== undefined && !(colon && value === "");
    if (operator === "+") return set ? word : "";
    return set ? value : word;
  }

  #alternative(): string {
    if (++this.#depth > maxDepth) throw invalid(this.#place, `more than ${maxDepth} variables stand in each other`);
    const word = this.read("}");
    this.#depth--;
    return word;
  }

  #name(): string {
    const start = this.#next;
    while (/^[\p{L}\p{Nd}_]$/u.test(this.#characters[this.#next] ?? "")) this.#next++;
    return this.#characters.slice(start, this.#next).join("");
  }

  #take(): string | undefined {
    const character = this.#characters[this.#next];
    if (character !== undefined) this.#next++;
    return character;
  }

  #missing(what: string) {
    return invalid(this.#place, `the closing ${what} is missing`);
  }
}

/**
 * Splits a text at blanks that stand neither between quotes nor after an escape character. Quotes and escapes stay, for
 * {@link expandWord} to read.
 */
export function splitWords(text: string, escapeCharacter: EscapeCharacter): string[] {
  const words: string[] = [];
  let word = "";
  let quote: string | undefined;
  const characters = Array.from(text);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    if (quote === undefined && /\s/.test(character)) {
      if (word !== "") words.push(word);
      word = "";
      continue;
    }
    word += character;
    if (character === escapeCharacter && quote !== "'") word += characters[++index] ?? "";
    else quote = quoteAfter(quote, character);
  }
  return word === "" ? words : [...words, word];
}

function quoteAfter(quote: string | undefined, character: string): string | undefined {
  if (character !== "'" && character !== '"') return quote;
  if (quote === undefined) return character;
  return quote === character ? undefined : quote;
}
