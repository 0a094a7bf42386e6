/** What stands in for a value that is not shown. */
const masked = "(hidden)";

const secretName =
  /pass(word|wd|phrase)|(^|[^a-z])(pass|pwd|auth|jwt|dsn)([^a-z]|$)|secret|token|credential|connection[_-]?string|[_-]key([^a-z]|$)|(api|access|private|signing|encryption)key/i;

/** Parts of a value that are secret though its name is not. Each keeps its first group; lengths are bounded for speed. */
const secretParts = [
  // postgres://user:password@host
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{0,100}:)[^\s"']{1,500}@/gi,
  // Password=…; "--token=…" "--token","…"
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|access|private)[_-]?key)(?:["']?\s?[=:]\s?["']?|["'],["']))[^\s;,&"'@]{1,2000}/gi,
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
  // A name given twice is `[NAME](2)`, one with a key that is not known is `[NAME].value`.
  const name = /[^.[\]]*\]?(?=(?:\(\d+\))?(?:\.value)?$)/.exec(path)?.[0] ?? "";
  if (secretName.test(name)) return masked;
  if (value.startsWith("arn:")) return value;
  return secretParts.reduce((text, part) => text.replace(part, (whole, kept: string) => hide(whole, kept)), value);
}

function hide(whole: string, kept: string): string {
  return `${kept}${masked}${whole.endsWith("@") ? "@" : ""}`;
}
