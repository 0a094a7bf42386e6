import { replaceSecretParts } from "../task-definition/mask.ts";

/** Values that every log is full of: to look for them would only hide what happened. */
const everyday = /^(?:true|false|none|null|info|debug|warn|warning|error|trace|fatal|\d{1,7})$/i;
const shortestInText = 4;
/** Shorter ones are looked for as whole words only. */
const shortestWithinWords = 8;

const accessKeyId = /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g;
/** Of headers, and of presigned URLs. */
const signed = /(x-amz-(?:security-token|signature)[:=])[^\s'"&]+/gi;
/** Also within words (`logs123456789012`, `%3A123456789012`): where one was no account, all of it still compares as before. */
const accountId = /(?<!\d)\d{12}(?!\d)/g;

/**
 * Puts pseudonyms in the places of values that a trace must not show. Within one trace equal values have equal
 * pseudonyms, and different values different ones, so that what is compared compares as before; nothing of a value is in
 * its pseudonym.
 */
export class Masker {
  readonly #accountIds: boolean;
  readonly #pseudonyms = new Map<string, string>();
  readonly #accounts = new Map<string, string>();
  /** What is looked for in texts, and its pseudonym. */
  readonly #inText = new Map<string, string>();
  readonly #names = new Set<string>();
  #pattern: RegExp | undefined;

  /** @param accountIds whether account numbers are masked too */
  constructor({ accountIds }: { readonly accountIds: boolean }) {
    this.#accountIds = accountIds;
  }

  /** The pseudonym of a value; an empty one stays, since it says something to be empty. */
  hide(value: string): string {
    if (value === "") return value;
    const known = this.#pseudonyms.get(value);
    if (known !== undefined) return known;
    const pseudonym = `masked-${this.#pseudonyms.size + 1}`;
    this.#pseudonyms.set(value, pseudonym);
    this.#lookFor(value, pseudonym);
    // A log may show the password of a URL alone, or one line of a key.
    replaceSecretParts(value, (part) => this.#lookFor(part, pseudonym));
    for (const line of value.split(/\r?\n/)) {
      for (const spelling of [line, ...encoded(line)]) this.#lookFor(spelling, pseudonym);
    }
    return pseudonym;
  }

  /** In the place of a number, since what is none may be refused. */
  hideNumber(value: number): number {
    return Number(this.hide(`${value}`).replace("masked-", ""));
  }

  /** A name that is told openly: a hidden value that is part of it is no secret, and stays in texts. */
  name(name: string): void {
    this.#names.add(name);
    this.#pattern = undefined;
  }

  /** A text for people, without hidden values. */
  text(text: string): string {
    return this.open(text.replace(this.#wanted(), (value) => this.#inText.get(value) ?? value));
  }

  /** A text in which somebody may have put a secret where none belongs. */
  guess(text: string): string {
    return this.text(replaceSecretParts(text, (secret) => this.hide(secret)));
  }

  /** A name, an ARN, a state: what has no secrets in it but credentials, and account numbers where these are masked. */
  open(text: string): string {
    const withoutKeys = text
      .replace(accessKeyId, (id) => this.hide(id))
      .replace(signed, (_, kept: string) => `${kept}(hidden)`);
    return this.#accountIds ? withoutKeys.replace(accountId, (id) => this.#account(id)) : withoutKeys;
  }

  #lookFor(value: string, pseudonym: string): string {
    if (value.length >= shortestInText && !everyday.test(value) && !this.#inText.has(value)) {
      this.#inText.set(value, pseudonym);
      this.#pattern = undefined;
    }
    return pseudonym;
  }

  #wanted(): RegExp {
    this.#pattern ??= anyOf([...this.#inText.keys()].filter((value) => !this.#isPartOfName(value)));
    return this.#pattern;
  }

  #isPartOfName(value: string): boolean {
    for (const name of this.#names) if (name.includes(value)) return true;
    return false;
  }

  /** Of the same form, since ARNs and registry hosts are read. */
  #account(id: string): string {
    const known = this.#accounts.get(id) ?? String(100_000_000_001 + this.#accounts.size);
    this.#accounts.set(id, known);
    return known;
  }
}

/** As JSON, URLs and headers have it. */
function encoded(value: string): readonly string[] {
  const inHeader = value.length < shortestWithinWords ? [] : [Buffer.from(value).toString("base64")];
  return [JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed()), ...inHeader];
}

/** The longest first: one value may begin with another. */
function anyOf(values: readonly string[]): RegExp {
  const parts = values.toSorted((a, b) => b.length - a.length).map(wordOf);
  return new RegExp(parts.length === 0 ? "(?!)" : parts.join("|"), "g");
}

function wordOf(value: string): string {
  const escaped = value.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return value.length >= shortestWithinWords ? escaped : `(?<!\\w)${escaped}(?!\\w)`;
}
