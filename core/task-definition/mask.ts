import { isJsonList, isJsonObject, type JsonObject } from "../platform/json.ts";

/** What stands in for a value that is not shown. */
const masked = "(hidden)";

const secretName =
  /pass(word|wd|phrase)|(^|[^a-z])(pass|pwd|auth|jwt|dsn)([^a-z]|$)|secret|token|credential|connection[_-]?string|[_-]key([^a-z]|$)|(api|access|private|signing|encryption)key/i;

/** Parts of a value that are secret though its name is not. Each keeps its first group; lengths are bounded for speed. */
const secretParts = [
  // postgres://user:password@host
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{0,100}:)[^\s"']{1,500}@/gi,
  // https://token@host
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s:/@"'?#]{16,500}@/gi,
  // Password=…; "--token=…"
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|x-amz-signature|(?:api|access|private)[_-]?key)["']?\s?=\s?["']?)[^\s;,&"']{1,2000}/gi,
  // "token": "…" "--token","…"
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|access|private)[_-]?key|\bauth["'])(?:["']?\s?:\s?["']?|["'],["']))[^\s;,&"'@]{1,2000}/gi,
  // Authorization: Bearer …
  /(\b(?:authorization["']?\s?[:=]\s?["']?(?:basic|token)|bearer)\s)[\w.~+/=-]{8,2000}/gi,
  // --password …
  /(--?[\w-]{0,40}(?:pass(?:word|wd|phrase)?|pwd|secret|token|key)\s)[^\s"']{1,2000}/gi,
];

/**
 * Hides what looks like a secret in plain environment, labels, log options and commands: those are no place for one,
 * but people put them there, and CI logs are read by many. Where `secrets` point to (`valueFrom`) is a name, not a secret.
 */
export function maskSecret(path: string, value: string): string {
  const pointer = /\.(secrets|secretOptions)\[|(Arn|Parameter)$/.test(path);
  if (pointer) return value;
  if (isSecretName(lastName(path))) return masked;
  if (value.startsWith("arn:")) return value;
  return replaceSecretParts(value, () => masked);
}

/** Shorter values are in every other word, and hiding them would tell them. */
const shortestHidden = 4;

/**
 * Hides, in what a container wrote, the values of its plain environment variables that {@link maskSecret} hides. What it
 * was given by `secrets` is not known here.
 */
export function environmentHider(container: JsonObject | undefined): (text: string) => string {
  const environment = isJsonList(container?.environment) ? container.environment.filter(isJsonObject) : [];
  const secrets = environment.flatMap(({ name, value }) =>
    typeof value === "string" && maskSecret(`environment[${name}]`, value) !== value ? [value] : [],
  );
  // A log has one line of a value that has several.
  const parts = new Set(secrets.flatMap((value) => [value, ...value.split(/\r?\n/)]));
  const hidden = [...parts].filter((part) => part.trim().length >= shortestHidden);
  const longestFirst = hidden.sort((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((shown, value) => shown.replaceAll(value, masked), text);
}

/** A name given twice is `[NAME](2)`, one with a key that is not known is `[NAME].value`. */
function lastName(path: string): string {
  const bare = path.replace(/\.value$/, "").replace(/\(\d+\)$/, "");
  const end = bare.endsWith("]") ? bare.length - 1 : bare.length;
  return bare.slice(Math.max(...[".", "[", "]"].map((separator) => bare.slice(0, end).lastIndexOf(separator))) + 1);
}

/** Whether a setting of that name is probably a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Puts something else in the place of what looks like a secret in a text. */
export function replaceSecretParts(text: string, instead: (secret: string) => string): string {
  const replace = (whole: string, kept: string) => {
    const end = whole.endsWith("@") ? "@" : "";
    return `${kept}${instead(whole.slice(kept.length, whole.length - end.length))}${end}`;
  };
  return secretParts.reduce((replaced, part) => replaced.replace(part, replace), text);
}
