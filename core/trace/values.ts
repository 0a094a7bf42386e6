/** What API calls take and answer, as JSON that keeps dates and bytes what they are. */

/** Far deeper than any shape of AWS's; keeps what walks a value from running out of stack. */
const mostDepth = 64;

/** The value as JSON has it: `{"$date": …}`, `{"$bytes": …}`; a key that begins with `$` has one more. */
export function toJson(value: unknown, depth = 0): unknown {
  if (depth > mostDepth) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1));
  if (typeof value !== "object" || value === null) return plain(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [escaped(key), toJson(member, depth + 1)]));
}

/**
 * The value that {@link toJson} made JSON of.
 * @throws {Error} where it made none such
 */
export function fromJson(json: unknown, depth = 0): unknown {
  if (depth > mostDepth) throw new Error(`is nested deeper than ${mostDepth} levels`);
  if (Array.isArray(json)) return json.map((item) => fromJson(item, depth + 1));
  if (typeof json !== "object" || json === null) return json;
  const members = Object.entries(json);
  const [[key, member] = []] = members;
  if (members.length === 1 && key === "$date") return date(member);
  if (members.length === 1 && key === "$bytes") return bytes(member);
  return Object.fromEntries(members.map(([name, each]) => [unescaped(name), fromJson(each, depth + 1)]));
}

/** The same text for the same JSON, whatever the order of keys. */
export function canonical(json: unknown): string {
  return JSON.stringify(json, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Streams and functions are no data. */
function plain(value: unknown): unknown {
  return ["string", "number", "boolean"].includes(typeof value) ? value : null;
}

function escaped(key: string): string {
  return key.startsWith("$") ? `$${key}` : key;
}

function unescaped(key: string): string {
  return key.startsWith("$$") ? key.slice(1) : key;
}

function date(text: unknown): Date {
  const value = new Date(typeof text === "string" ? text : Number.NaN);
  if (Number.isNaN(value.getTime())) throw new Error("has a $date that is none");
  return value;
}

function bytes(text: unknown): Uint8Array {
  if (typeof text !== "string") throw new Error("has $bytes that are none");
  return new Uint8Array(Buffer.from(text, "base64"));
}
