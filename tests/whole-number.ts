/** What fast-check takes for a seed. */
const TOO_LARGE = 2 ** 31;

/**
 * A number that a test is asked for by an environment variable: how often, or from which seed (`date +%s` is one).
 * @throws {Error} for what is none from 1
 */
export function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name] ?? String(otherwise);
  if (/^[1-9]\d{0,9}$/.test(text) && Number(text) < TOO_LARGE) return Number(text);
  throw new Error(`${name} must be a whole number from 1 and below ${TOO_LARGE}, not ${text}.`);
}
