import { invalid, type Place } from "./place.ts";

const nanoseconds: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
};

/**
 * A duration as Go writes it (`30s`, `1m30s`, `500ms`), in nanoseconds, as image configurations hold it.
 *
 * @throws {ToolkitError} IMAGE_DOCKERFILE_INVALID where it is no duration, or one that Docker refuses (below 1 ms)
 */
export function parseDuration(text: string, name: string, place: Place): number {
  const form = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;
  if (text === "0") return 0;
  if (!form.test(text)) throw invalid(place, `${name} must be a duration such as 30s or 1m30s, not "${text}"`);
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (nanoseconds[unit ?? ""] ?? 0);
  }
  if (!Number.isSafeInteger(Math.round(total))) throw invalid(place, `${name} is too long: ${text}`);
  if (total !== 0 && total < 1e6) throw invalid(place, `${name} cannot be less than 1ms`);
  return Math.round(total);
}
