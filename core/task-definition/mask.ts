/** What stands in for a value that is not shown. */
const masked = "(hidden)";

const secretName =
  /pass(word|wd|phrase)|(^|[^a-z])pass([^a-z]|$)|secret|token|credential|(api|access|private|signing|encryption)[_-]?key/i;

/**
 * Hides what looks like a secret in plain environment, labels and log options: those are no place for one, but
 * people put them there, and CI logs are read by many. Where `secrets` point to (`valueFrom`) is a name, not a secret.
 */
export function maskSecret(path: string, value: string): string {
  const pointer = /\.(secrets|secretOptions)\[|(Arn|Parameter)$/.test(path);
  if (pointer) return value;
  const name = /[^.[\]]*\]?$/.exec(path)?.[0] ?? "";
  if (secretName.test(name)) return masked;
  return value.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi, `$1${masked}@`);
}
